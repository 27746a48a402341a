import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ContainerConfig, HostConfig } from '../../../src/port/containers.ts'
import { type Cgroups, detectCgroups, removeCgroups } from '../../../src/engine/host/cgroups.ts'
import { createHost } from '../../../src/engine/host/create-host.ts'
import type { Host, RunResult } from '../../../src/engine/host/host.ts'
import { type RuntimeChoice, chooseRuntime } from '../../../src/engine/runtime/choose-runtime.ts'
import { type HostFacts, readHostFacts } from '../../../src/engine/runtime/host-facts.ts'
import { ociJson } from '../../../src/engine/runtime/oci-json.ts'
import { ociSpec } from '../../../src/engine/runtime/oci-spec.ts'
import type { OciSpec } from '../../../src/engine/runtime/oci.ts'
import type { ProcessInput, ResolvedMount } from '../../../src/engine/runtime/part.ts'

export interface TestContainer {
  readonly args: readonly string[]
  readonly process?: Partial<ProcessInput>
  readonly config?: ContainerConfig
  readonly hostConfig?: HostConfig
  readonly mounts?: readonly ResolvedMount[]
  readonly initPath?: string
  /** Instead of the sandbox's own. */
  readonly rootfs?: string
}

/** A folder with a busybox root file system, a runtime state and a control group of its own. */
export interface Sandbox extends AsyncDisposable {
  readonly folder: string
  readonly rootfs: string
  readonly facts: HostFacts
  readonly cgroups: Cgroups
  readonly cgroupsPath: string
  readonly host: Host
  spec(container: TestContainer): OciSpec
  /** Runs to the end. */
  run(container: TestContainer): Promise<RunResult>
  /** Creates, hands the pid to `use`, starts it when that answers true, and deletes it. */
  create(container: TestContainer, use: (pid: number, spec: OciSpec) => unknown): Promise<RunResult>
  runtime(args: readonly string[]): Promise<RunResult>
  /** Program and arguments of a call of the runtime. */
  command(args: readonly string[]): [program: string, args: string[]]
}

const ROOT = { uid: 0, gid: 0, additionalGids: [0], home: '/root' }

export const createSandbox = async (name: 'crun' | 'runc'): Promise<Sandbox> => {
  const folder = await mkdtemp(join(tmpdir(), 'tsc-runtime-'))
  const rootfs = join(folder, 'rootfs')
  const host = createHost()
  const cgroups = detectCgroups()
  const facts = readHostFacts(cgroups)
  const choice = await chooseRuntime(host, { prefer: name, stateDir: folder, cgroups })
  const parent = `/tsc-test-${randomBytes(3).toString('hex')}`
  const cgroupsPath = `${parent}/box`
  await makeRootfs(rootfs)
  const command = (args: readonly string[]): [string, string[]] =>
    runtimeCommand(choice, ['--root', join(folder, 'state'), ...args])
  const runtime = (args: readonly string[]): Promise<RunResult> => host.run(...command(args), { allowFailure: true })
  const spec = (container: TestContainer): OciSpec =>
    ociSpec(
      {
        id: 'box',
        rootfs: container.rootfs ?? rootfs,
        process: {
          args: container.args,
          env: ['PATH=/bin:/sbin:/usr/bin:/usr/sbin'],
          cwd: '/',
          tty: false,
          user: ROOT,
          privileged: false,
          ...container.process,
        },
        config: container.config ?? {},
        hostConfig: { NetworkMode: 'none', ...container.hostConfig },
        hostname: 'box',
        mounts: container.mounts ?? [],
        cgroupsPath,
        ...(container.initPath === undefined ? {} : { initPath: container.initPath }),
      },
      facts,
    ).spec
  const writeBundle = async (container: TestContainer): Promise<OciSpec> => {
    const written = spec(container)
    await writeFile(join(folder, 'config.json'), ociJson(written))
    return written
  }
  return {
    folder,
    rootfs,
    facts,
    cgroups,
    cgroupsPath,
    host,
    spec,
    runtime,
    command,
    async run(container) {
      await writeBundle(container)
      return runtime(['run', '--bundle', folder, 'box'])
    },
    async create(container, use) {
      const written = await writeBundle(container)
      const quiet = `exec "$@" > ${folder}/out 2> ${folder}/err`
      const args = ['create', '--bundle', folder, '--pid-file', join(folder, 'pid'), 'box']
      const [program, all] = command(args)
      const result = await host.run('sh', ['-c', quiet, 'sh', program, ...all], { allowFailure: true })
      if (result.exitCode === 0) {
        const pid = Number(await readFile(join(folder, 'pid'), 'utf8'))
        try {
          if (await use(pid, written)) return await runtime(['start', 'box'])
        } finally {
          await runtime(['delete', '--force', 'box'])
        }
      }
      return { ...result, stderr: await readFile(join(folder, 'err'), 'utf8') }
    },
    async [Symbol.asyncDispose]() {
      await runtime(['delete', '--force', 'box'])
      await removeCgroups(cgroups, parent, { kill: true })
      await host.close()
      await rm(folder, { recursive: true })
    },
  }
}

const runtimeCommand = (choice: RuntimeChoice, args: readonly string[]): [string, string[]] =>
  choice.hideUnified
    ? ['unshare', ['-m', 'sh', '-c', 'umount -l /sys/fs/cgroup/unified && exec "$@"', 'sh', choice.path, ...args]]
    : [choice.path, [...args]]

const makeRootfs = async (rootfs: string): Promise<void> => {
  for (const name of ['bin', 'dev', 'etc', 'proc', 'sys', 'tmp', 'root', 'usr', 'var/run']) {
    await mkdir(join(rootfs, name), { recursive: true })
  }
  await copyFile('/bin/busybox', join(rootfs, 'bin/busybox'))
  for (const name of 'sh cat ls grep mount id env echo mknod touch stat sleep hostname'.split(' ')) {
    await symlink('busybox', join(rootfs, 'bin', name))
  }
  await symlink('usr/lib', join(rootfs, 'lib'))
  await symlink('usr/lib64', join(rootfs, 'lib64'))
  await writeFile(join(rootfs, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\nuser:x:1000:1000::/home:/bin/sh\n')
  await writeFile(join(rootfs, 'etc/group'), 'root:x:0:\nuser:x:1000:\n')
}
