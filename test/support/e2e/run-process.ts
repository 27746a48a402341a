import { execa } from 'execa'

export interface ProcessOptions {
  readonly cwd: string
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>
  readonly input?: string
  readonly timeoutMs?: number
  /** Called with all that was printed so far, and a way to send signals. */
  readonly onOutput?: (output: string, kill: (signal: NodeJS.Signals) => void) => void
}

export interface ProcessResult {
  /** As a user would type it. */
  readonly line: string
  /** Exit status; 128 + n when signal n ended it, as a shell gives it. */
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  /** Both streams as they came. */
  readonly output: string
}

const SIGNAL_NUMBER: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }

/** Runs a program to its end without standard input, unless `input` is given. Never rejects on an exit status. */
export const runProcess = async (argv: readonly string[], options: ProcessOptions): Promise<ProcessResult> => {
  const [program = '', ...args] = argv
  const child = execa(program, args, {
    cwd: options.cwd,
    env: options.env,
    extendEnv: false,
    reject: false,
    all: true,
    stripFinalNewline: false,
    timeout: options.timeoutMs ?? 100_000,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
  })
  let seen = ''
  child.all.on('data', (chunk: Buffer) => {
    seen += chunk.toString()
    options.onOutput?.(seen, (signal) => child.kill(signal))
  })
  const result = await child
  const line = argv.map(shortName).join(' ')
  if (result.timedOut) throw new Error(`"${line}" did not end in time; it printed:\n${result.all}`)
  if (result.exitCode === undefined && result.signal === undefined) {
    throw new Error(`"${line}" could not be started: ${result.message ?? ''}`)
  }
  const status = result.exitCode ?? 128 + (SIGNAL_NUMBER[result.signal ?? ''] ?? 0)
  return { line, status, stdout: result.stdout, stderr: result.stderr, output: result.all }
}

/** `tsc-compose` for the path of bin/tsc-compose.js, nothing for Node's own. */
const shortName = (word: string): string =>
  word.replace(/^.*\/bin\/(tsc-\w+)\.js$/, '$1').replace(process.execPath, 'node')
