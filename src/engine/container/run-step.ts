import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { watch } from 'node:fs'
import { join } from 'node:path'
import { orAborted } from '../../lib/wait.ts'
import { Scope } from '../../lib/scope.ts'
import { cgroupPaths, oomFile, pidsIn } from '../host/cgroups.ts'
import { createContainerMonitor, MonitorFailure } from '../host/monitor.ts'
import type { StepRunner } from '../image/part.ts'
import { ociJson } from '../runtime/oci-json.ts'
import { ociSpec } from '../runtime/oci-spec.ts'
import { runtimeFailure } from '../runtime/runtime-failure.ts'
import { makeWorkingDir } from '../runtime/working-dir.ts'
import { resolveUser, userFiles } from '../runtime/user.ts'
import { verifyContainer } from '../runtime/verify-container.ts'
import { type ContainerContext, cgroupPath, monitorBase } from './context.ts'
import { readLog } from './log-reader.ts'
import { logBytes } from './log-line.ts'

/** Folder of the steps of builds that run, below the state folder. */
export const stepsFolder = ({ paths }: Pick<ContainerContext, 'paths'>): string => join(paths.state, 'steps')

/** Runs the steps of builds: like a container with Docker's defaults, without record, log and restart. */
export const createStepRunner = (context: ContainerContext): StepRunner => ({
  async run(step) {
    const { id } = step
    const folder = join(stepsFolder(context), id)
    const group = cgroupPath(context.paths, id)
    await using undo = new Scope()
    undo.defer(() => rm(folder, { recursive: true, force: true }))
    await mkdir(folder, { recursive: true, mode: 0o700 })
    undo.defer(() => context.snapshots.unmount(id))
    const rootfs = await context.snapshots.mount(id)
    undo.defer(() => context.networks.detach(id))
    const network = await stepNetwork(context, id, step.networkMode)
    const files = { hosts: join(folder, 'hosts'), resolv: join(folder, 'resolv.conf') }
    await writeFile(files.hosts, '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n')
    await writeFile(files.resolv, network.nameservers.map((server) => `nameserver ${server}\n`).join(''))
    const user = resolveUser(step.user, userFiles(rootfs))
    if (step.workingDir !== '/') makeWorkingDir(rootfs, step.workingDir, { uid: user.uid, gid: user.gid })
    const readOnly = true
    const { spec } = ociSpec(
      {
        id,
        rootfs,
        process: { args: step.args, env: step.env, cwd: step.workingDir || '/', tty: false, user, privileged: false },
        config: {},
        hostConfig: {},
        hostname: 'buildkitsandbox',
        mounts: [
          { type: 'bind', source: files.hosts, destination: '/etc/hosts', readOnly },
          { type: 'bind', source: files.resolv, destination: '/etc/resolv.conf', readOnly },
        ],
        ...(network.path === undefined ? {} : { netnsPath: network.path }),
        cgroupsPath: group,
      },
      context.facts,
    )
    await writeFile(join(folder, 'config.json'), ociJson(context.seccomp.apply(spec)), { mode: 0o600 })
    const exitFile = join(folder, 'exit')
    const log = join(folder, 'log')
    try {
      const monitor = await createContainerMonitor({
        ...monitorBase(context, id),
        folder,
        bundle: folder,
        tty: false,
        stdin: false,
        log,
        logMaxSize: 0,
        logMaxFiles: 1,
        exitFile,
        oomFile: oomFile(context.cgroups, group),
        groups: cgroupPaths(context.cgroups, group),
      })
      undo.defer(() => monitor.abandon())
      const differences = verifyContainer(monitor.pid, spec)
      if (differences.length > 0) throw new Error(`cannot start the step: ${differences.join('; ')}`)
      await context.seccomp.learn(spec, id)
      await monitor.start()
    } catch (error) {
      throw error instanceof MonitorFailure ? runtimeFailure(error.message, { command: step.args[0] ?? '' }) : error
    }
    const exited = fileAppears(folder, 'exit')
    let ended = false
    void exited.then(() => {
      ended = true
    })
    try {
      await orAborted(
        (async () => {
          for await (const batch of readLog(log, { follow: { isLive: () => !ended, ended: exited } })) {
            if (batch === 'caught-up') continue
            for (const record of batch) step.onOutput(record.stream, logBytes(record))
          }
        })(),
        step.signal,
      )
    } catch (error) {
      for (const pid of await pidsIn(context.cgroups, group)) process.kill(pid, 'SIGKILL')
      await exited
      throw error
    }
    const [code = '255'] = (await readFile(exitFile, 'utf8')).split(' ')
    return Number(code)
  },
})

const stepNetwork = async (
  context: ContainerContext,
  id: string,
  mode: string,
): Promise<{ path?: string; nameservers: readonly string[] }> => {
  if (mode === 'host') {
    const text = await readFile('/etc/resolv.conf', 'utf8').catch(() => '')
    return { nameservers: [...text.matchAll(/^nameserver\s+(\S+)/gm)].map((match) => match[1] ?? '') }
  }
  const name = mode === '' || mode === 'default' ? 'bridge' : mode
  const attachment = await context.networks.attach({
    containerId: id,
    containerName: `build-${id.slice(0, 12)}`,
    hostname: 'buildkitsandbox',
    endpoints: { [context.networks.resolve(name).name]: {} },
    portBindings: {},
    exposedPorts: [],
    publishAll: false,
  })
  return { path: attachment.netnsPath, nameservers: attachment.nameservers }
}

const fileAppears = (folder: string, name: string): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      readFile(join(folder, name)).then(
        () => {
          watcher.close()
          resolve()
        },
        () => undefined,
      )
    }
    const watcher = watch(folder, look)
    look()
  })
