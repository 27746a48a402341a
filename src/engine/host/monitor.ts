import { mkdir, writeFile } from 'node:fs/promises'
import type { Duplex, Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { frame, lineReader, readFrames } from './frames.ts'

/** The OCI runtime refused; the message holds its own words. */
export class MonitorFailure extends Error {
  override readonly name = 'MonitorFailure'
}

interface MonitorBase {
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
    ...(options.stdin || options.tty ? { control: `${options.folder}/control` } : {}),
  })
  const pid = Number(await monitor.expect('created'))
  return {
    pid,
    monitorPid: monitor.pid,
    async start() {
      monitor.stdin.write('start\n')
      await monitor.expect('started')
      monitor.release()
    },
    async abandon() {
      monitor.stdin.end()
      await monitor.ended
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
  const { output, exitCode } = readFrames(monitor.takeOver())
  return {
    pid,
    output,
    exitCode,
    write: (data) => new Promise((resolve) => monitor.stdin.write(frame(0, data), () => resolve())),
    end: () => void monitor.stdin.write(frame(1)),
    resize: (rows, columns) => void monitor.stdin.write(frame(2, sizeBytes(rows, columns))),
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
  readonly stdin: Writable
  readonly ended: Promise<unknown>
  /** The rest of the line that begins with this word; rejects when the monitor says `failed`. */
  expect(word: string): Promise<string>
  /** The stream behind the lines read so far. */
  takeOver(): Readable
  /** Lets go of the process: nothing of it keeps this one alive. */
  release(): void
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
  const script = fileURLToPath(new URL('./monitor.pl', import.meta.url))
  const child = execa('perl', [script, process.arch, config], {
    detached: true,
    cleanup: false,
    buffer: false,
    reject: false,
    extendEnv: false,
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const { stdin, stdout } = child
  stdin.on('error', () => undefined)
  const lines = lineReader(stdout)
  return {
    pid: child.pid ?? 0,
    stdin,
    ended: child,
    async expect(word) {
      const line = (await lines.next()) ?? ''
      if (line === word) return ''
      if (line.startsWith(`${word} `)) return line.slice(word.length + 1)
      const said = line.startsWith('failed ') ? decodeURIComponent(line.slice('failed '.length)) : 'the monitor ended'
      throw new MonitorFailure(said.trim())
    },
    takeOver: () => lines.rest(),
    release() {
      child.unref()
      for (const stream of [stdin, stdout] as Duplex[]) stream.destroy()
    },
  }
}
