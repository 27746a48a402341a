import type { ExecCreate } from '../../port/containers.ts'
import type { ProcessInput, ResolvedUser } from '../runtime/part.ts'
import { makeWorkingDir } from '../runtime/working-dir.ts'
import { resolveUser, userFiles } from '../runtime/user.ts'
import type { ContainerRecord } from './record.ts'

/** The main process of a container that starts. Its working directory is made when the image lacks it. */
export const containerProcess = (
  record: ContainerRecord,
  rootfs: string,
  linkEnvironment: readonly string[],
): ProcessInput => {
  const { config, hostConfig } = record
  const user = userOf(record, rootfs, config.User ?? '')
  const cwd = config.WorkingDir || '/'
  if (cwd !== '/') makeWorkingDir(rootfs, cwd)
  return {
    args: [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])],
    env: environment(record, { tty: config.Tty ?? false, linkEnvironment }),
    cwd,
    tty: config.Tty ?? false,
    user,
    privileged: hostConfig.Privileged ?? false,
    ...(hostConfig.ConsoleSize ? { consoleSize: size(hostConfig.ConsoleSize) } : {}),
  }
}

/** One more process in a running container: its variables come after the container's and the links'. */
export const execProcess = (
  record: ContainerRecord,
  request: ExecCreate,
  { rootfs, linkEnvironment }: { rootfs: string; linkEnvironment: readonly string[] },
): ProcessInput => ({
  args: request.Cmd ?? [],
  env: override(environment(record, { tty: request.Tty ?? false, linkEnvironment }), request.Env ?? []),
  cwd: request.WorkingDir || record.config.WorkingDir || '/',
  tty: request.Tty ?? false,
  user: userOf(record, rootfs, request.User || record.config.User || ''),
  privileged: request.Privileged ?? false,
  ...(request.ConsoleSize ? { consoleSize: size(request.ConsoleSize) } : {}),
})

const userOf = (record: ContainerRecord, rootfs: string, text: string): ResolvedUser =>
  resolveUser(text, userFiles(rootfs), record.hostConfig.GroupAdd ?? [])

const environment = (
  { config }: ContainerRecord,
  { tty, linkEnvironment }: { tty: boolean; linkEnvironment: readonly string[] },
): string[] => {
  const base = [`HOSTNAME=${config.Hostname}`, ...(tty ? ['TERM=xterm'] : []), ...linkEnvironment]
  return override(base, config.Env ?? [])
}

/** Later variables replace earlier ones of their name, in place. */
const override = (base: readonly string[], more: readonly string[]): string[] => {
  const byName = new Map<string, string>()
  for (const variable of [...base, ...more]) byName.set(variable.split('=', 1)[0] ?? '', variable)
  return [...byName.values()]
}

const size = ([rows, columns]: readonly [number, number]): { rows: number; columns: number } => ({ rows, columns })
