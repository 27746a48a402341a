import { randomBytes } from 'node:crypto'
import { AppError } from '../../../src/errors/app-error.ts'
import type { ContainersPort, ExecCreate } from '../../../src/port/containers.ts'
import type { EventLog } from './event-log.ts'
import { type HostProcess, hostProcess } from './host-process.ts'
import { outputLog } from './output-log.ts'
import { type ProcessContainer, conflict } from './process-container.ts'
import { processSession } from './process-session.ts'

type ExecPort = Pick<ContainersPort, 'execCreate' | 'execStart' | 'execInspect' | 'execResize'>

interface Exec {
  readonly id: string
  readonly container: ProcessContainer
  readonly body: ExecCreate
  running: boolean
  started: boolean
  exitCode: number | null
}

export const processExecs = (need: {
  readonly find: (id: string) => ProcessContainer
  readonly events: EventLog
}): ExecPort => {
  const execs = new Map<string, Exec>()
  const find = (id: string): Exec => {
    const exec = execs.get(id)
    if (!exec) throw new AppError('E_CONTAINER_NOT_FOUND', `No such exec instance: ${id}`)
    return exec
  }
  return {
    execCreate: async (containerId, body) => {
      const container = need.find(containerId)
      if (container.state.Paused) {
        throw conflict(`Container ${container.id} is paused, unpause the container before exec`)
      }
      if (!container.state.Running) throw conflict(`container ${container.id} is not running`)
      const id = randomBytes(32).toString('hex')
      execs.set(id, { id, container, body, running: false, started: false, exitCode: null })
      return { Id: id }
    },
    execStart: async (id, { detach } = {}) => {
      const exec = find(id)
      if (exec.started) throw conflict(`Error: Exec command ${id} is already running`)
      exec.started = true
      const log = outputLog()
      const { body, container } = exec
      let child: HostProcess | undefined
      const session = processSession(
        log,
        { stdin: body.AttachStdin ?? false, stdout: true, stderr: true, tty: body.Tty ?? false, running: true },
        { write: (data) => child?.write(data), end: () => child?.end() },
      )
      exec.running = true
      await new Promise<void>((resolve, reject) => {
        child = hostProcess({
          args: body.Cmd ?? [],
          env: [...(container.body.Env ?? []), ...(body.Env ?? [])],
          cwd: body.WorkingDir ?? container.body.WorkingDir ?? '/',
          tty: body.Tty ?? false,
          onOutput: log.append,
          onExit: (code) => {
            exec.running = false
            exec.exitCode = code
            need.events.emit('container', 'exec_die', container.id, { execID: id, exitCode: String(code) })
            log.end()
            if (code === 127 && child?.pid === 0) reject(notFound(body.Cmd?.[0] ?? ''))
          },
        })
        if (!body.AttachStdin) child.end()
        if (child.pid !== 0) resolve()
      })
      return detach ? null : session
    },
    execInspect: async (id) => {
      const { body, container, running, exitCode } = find(id)
      const [entrypoint = '', ...args] = body.Cmd ?? []
      return {
        ID: id,
        ContainerID: container.id,
        Running: running,
        ExitCode: exitCode,
        Pid: 0,
        OpenStdin: body.AttachStdin ?? false,
        OpenStdout: body.AttachStdout ?? false,
        OpenStderr: body.AttachStderr ?? false,
        ProcessConfig: { tty: body.Tty ?? false, entrypoint, arguments: args, privileged: false },
      }
    },
    execResize: async (id) => {
      if (!find(id).running) throw conflict(`Exec ${id} is not running`)
    },
  }
}

const notFound = (command: string): AppError =>
  new AppError('E_CONTAINER_CONFLICT', `exec: "${command}": executable file not found in $PATH`, { httpStatus: 400 })
