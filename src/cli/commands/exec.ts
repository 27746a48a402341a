import { AppError } from '../../errors/app-error.ts'
import { defined } from '../../lib/defined.ts'
import { joinTerminal } from '../attach/terminal-session.ts'
import { findTarget, listContainers, type ProjectContainer } from '../target.ts'
import { usageError } from '../usage-error.ts'
import { composeCommand } from './compose-command.ts'

export const exec = composeCommand({
  usage: '[OPTIONS] SERVICE COMMAND [ARGS...]',
  args: { min: 2, max: Number.POSITIVE_INFINITY },
  passThrough: true,
  options: {
    detach: { kind: 'boolean', short: 'd', help: 'Detached mode: Run command in the background' },
    env: { kind: 'list', short: 'e', help: 'Set environment variables' },
    index: { kind: 'int', help: 'Index of the container if service has multiple replicas' },
    interactive: { kind: 'boolean', short: 'i', default: true, hidden: true, help: 'Keep STDIN open' },
    noTty: { kind: 'boolean', short: 'T', help: 'Disable pseudo-TTY allocation; a terminal gets one by default' },
    privileged: { kind: 'boolean', help: 'Give extended privileges to the process' },
    tty: { kind: 'boolean', short: 't', hidden: true, help: 'Allocate a pseudo-TTY' },
    user: { kind: 'string', short: 'u', help: 'Run the command as this user' },
    workdir: { kind: 'string', short: 'w', help: 'Path to workdir directory for this command' },
  },
  async run(cx, options, [service = '', ...command]) {
    const { io, signal } = cx
    const target = await findTarget(cx)
    const container = pick(await listContainers(cx, target.name), service, options.index)
    const { containers } = await cx.engine()
    const tty = !options.noTty && !options.detach && cx.stdout.isTerminal
    if (tty && options.interactive && io.stdin.isTTY !== true) {
      throw usageError('the input device is not a TTY', 'Add -T to run the command without a terminal')
    }
    const { Id: execId } = await containers.execCreate(
      container.id,
      {
        Cmd: command,
        Env: options.env.map((entry) => withValue(entry, io.env)),
        Tty: tty,
        AttachStdin: options.interactive && !options.detach,
        AttachStdout: !options.detach,
        AttachStderr: !options.detach,
        Privileged: options.privileged,
        ...defined({ User: options.user, WorkingDir: options.workdir }),
        ...(tty ? { ConsoleSize: [cx.stdout.rows, cx.stdout.columns] as [number, number] } : {}),
      },
      { signal },
    )
    const session = await containers.execStart(execId, { detach: options.detach, tty, signal })
    if (!session) return 0
    await joinTerminal(session, {
      io,
      stdout: cx.stdout,
      stderr: cx.stderr,
      stdin: options.interactive,
      resize: (size) => containers.execResize(execId, { ...size, signal }),
      signal,
    })
    return (await containers.execInspect(execId, { signal })).ExitCode ?? 0
  },
})

const pick = (
  containers: readonly ProjectContainer[],
  service: string,
  index: number | undefined,
): ProjectContainer => {
  const running = containers
    .filter((one) => one.service === service && !one.oneOff && one.summary.State === 'running')
    .sort((a, b) => a.number - b.number)
  const found = index === undefined || index === 0 ? running[0] : running.find(({ number }) => number === index)
  if (found) return found
  const which = index === undefined || index === 0 ? '' : ` container #${index}`
  throw new AppError('E_CLI_NOT_RUNNING', `service "${service}" is not running${which}`)
}

/** `K` alone takes the value of this process's environment, as docker does. */
const withValue = (entry: string, env: Readonly<Record<string, string | undefined>>): string => {
  const value = env[entry]
  return entry.includes('=') || value === undefined ? entry : `${entry}=${value}`
}
