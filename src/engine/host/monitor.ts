import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { type LineReader, frame, readFrames } from './frames.ts'
import type { MonitorNursery } from './monitor-nursery.ts'

/** The OCI runtime refused; the message holds its own words. */
export class MonitorFailure extends Error {
  override readonly name = 'MonitorFailure'
}

interface MonitorBase {
  readonly nursery: MonitorNursery
  /** Folder of the monitor's own files; made here. */
  readonly folder: string
  readonly runtime: string
  readonly runtimeRoot: string
  /** Take cgroup2 of a hybrid host out of the runtime's sight. */
  readonly hideUnified: boolean
  readonly containerId: string
  readonly tty: boolean
  readonly stdin: boolean
}

export interface RunMonitorOptions extends MonitorBase {
  readonly bundle: string
  readonly log: string
  /** Bytes; 0 never rotates. */
  readonly logMaxSize: number
  readonly logMaxFiles: number
  readonly exitFile: string
  readonly oomFile: string
  /** Folders of its control groups in every hierarchy. */
  readonly groups: readonly string[]
}

export interface ExecMonitorOptions extends MonitorBase {
  /** The OCI process object as JSON text. */
  readonly process: string
}

export interface CreatedMonitor {
  /** The container's init on the host. */
  readonly pid: number
  readonly monitorPid: number
  /** Lets the process run. @throws MonitorFailure with the runtime's words */
  start(): Promise<void>
  /** Deletes what was created. */
  abandon(): Promise<void>
}

export interface ExecMonitor {
  readonly pid: number
  /** Everything the process writes, in order. */
  readonly output: AsyncIterable<{ stream: 'stdout' | 'stderr'; data: Uint8Array }>
  /** The exit status, once all output was given out. */
  readonly exitCode: Promise<number>
  write(data: Uint8Array): Promise<void>
  end(): void
  resize(rows: number, columns: number): void
}

/** `monitor.pl` creates the container and waits; it goes on without us once started. */
export const createContainerMonitor = async (options: RunMonitorOptions): Promise<CreatedMonitor> => {
  const monitor = await launch(options, {
    mode: 'run',
    bundle: options.bundle,
    log: options.log,
    log_max_size: options.logMaxSize,
    log_max_files: options.logMaxFiles,
    exit_file: options.exitFile,
    oom_file: options.oomFile,
    groups: options.groups.join(':'),
    ...(options.stdin || options.tty ? { control: `${options.folder}/control` } : {}),
  })
  const pid = Number(await monitor.expect('created'))
  return {
    pid,
    monitorPid: monitor.pid,
    async start() {
      monitor.socket.write('start\n')
      await monitor.expect('started')
      monitor.socket.destroy()
    },
    async abandon() {
      monitor.socket.end()
      monitor.socket.resume()
      if (!monitor.socket.closed) await once(monitor.socket, 'close')
    },
  }
}

/** `monitor.pl` runs one more process in a running container and relays its streams. */
export const startExecMonitor = async (options: ExecMonitorOptions): Promise<ExecMonitor> => {
  const processFile = `${options.folder}/process.json`
  await mkdir(options.folder, { recursive: true, mode: 0o700 })
  await writeFile(processFile, options.process, { mode: 0o600 })
  const monitor = await launch(options, { mode: 'exec', process: processFile })
  const pid = Number(await monitor.expect('created'))
  await monitor.expect('started')
  const { output, exitCode } = readFrames(monitor.lines.rest())
  return {
    pid,
    output,
    exitCode,
    write: (data) => new Promise((resolve) => monitor.socket.write(frame(0, data), () => resolve())),
    end: () => void monitor.socket.write(frame(1)),
    resize: (rows, columns) => void monitor.socket.write(frame(2, sizeBytes(rows, columns))),
  }
}

/** Rows and columns of frame 2. */
export const sizeBytes = (rows: number, columns: number): Uint8Array => {
  const bytes = new Uint8Array(4)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, rows)
  view.setUint16(2, columns)
  return bytes
}

interface Launched {
  readonly pid: number
  readonly socket: Socket
  readonly lines: LineReader
  /** The rest of the line that begins with this word; rejects when the monitor says `failed`. */
  expect(word: string): Promise<string>
}

const launch = async (base: MonitorBase, more: Readonly<Record<string, string | number>>): Promise<Launched> => {
  await mkdir(base.folder, { recursive: true, mode: 0o700 })
  const config = `${base.folder}/monitor.conf`
  const rows = {
    runtime: base.runtime,
    runtime_root: base.runtimeRoot,
    id: base.containerId,
    pid_file: `${base.folder}/pid`,
    tty: Number(base.tty),
    stdin: Number(base.stdin),
    hide_unified: Number(base.hideUnified),
    ...more,
  }
  const text = Object.entries(rows).map(([key, value]) => `${key}=${value}\n`)
  await writeFile(config, text.join(''), { mode: 0o600 })
  const { pid, socket, lines } = await base.nursery.launch(config)
  return {
    pid,
    socket,
    lines,
    async expect(word) {
      const line = (await lines.next()) ?? ''
      if (line === word) return ''
      if (line.startsWith(`${word} `)) return line.slice(word.length + 1)
      const said = line.startsWith('failed ') ? decodeURIComponent(line.slice('failed '.length)) : 'the monitor ended'
      throw new MonitorFailure(said.trim())
    },
  }
}
