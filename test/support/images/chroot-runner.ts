import { spawn } from 'node:child_process'
import type { StepRunner } from '../../../src/engine/image/part.ts'
import type { SnapshotPart } from '../../../src/engine/snapshot/part.ts'

/** Runs steps by chroot, without the isolation of an engine: enough for the builder's own tests. */
export const chrootRunner = (snapshots: SnapshotPart): StepRunner => ({
  async run({ id, args, env, workingDir, onOutput, signal }) {
    const rootfs = await snapshots.mount(id)
    const child = spawn('chroot', [rootfs, '/bin/sh', '-c', 'cd "$0" && exec "$@"', workingDir, ...args], {
      env: Object.fromEntries(env.map((entry) => entry.split(/=(.*)/s).slice(0, 2))),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal ? { signal } : {}),
    })
    child.stdout.on('data', (data: Buffer) => onOutput('stdout', data))
    child.stderr.on('data', (data: Buffer) => onOutput('stderr', data))
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => resolve(code ?? 137))
    })
  },
})
