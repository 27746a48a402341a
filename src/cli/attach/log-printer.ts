import type { Output } from '../output.ts'
import { cleanLine } from '../render/clean.ts'
import type { Style } from '../render/style.ts'
import type { LogLine } from './log-lines.ts'

export interface LogPrinterOptions {
  readonly stdout: Output
  /** Where the containers' standard error goes; the same as `stdout` in `logs`. */
  readonly stderr: Output
  readonly style: Style
  readonly prefix: boolean
  readonly timestamps: boolean
}

/** Prints the lines of many containers, each with its name before it: `web-1  | hello`. */
export interface LogPrinter {
  /** Makes room for a name, so that prefixes are of one width from the start. */
  introduce(name: string): void
  print(name: string, lines: readonly LogLine[]): Promise<void>
  /** A line of our own, such as `web-1 exited with code 0`. */
  note(text: string): Promise<void>
}

export const createLogPrinter = (options: LogPrinterOptions): LogPrinter => {
  const order = new Map<string, number>()
  let width = 0
  const introduce = (name: string): void => {
    if (order.has(name)) return
    order.set(name, order.size)
    width = Math.max(width, name.length)
  }
  const prefixOf = (name: string): string => {
    introduce(name)
    if (!options.prefix) return ''
    return options.style.rainbow(order.get(name) ?? 0, `${cleanLine(name).padEnd(width + 1)} | `)
  }
  return {
    introduce,
    print: async (name, lines) => {
      const prefix = prefixOf(name)
      for (const { output, run } of runs(lines, options)) {
        const parts = run.flatMap((line) => [
          Buffer.from(prefix + (options.timestamps && line.time ? `${line.time} ` : '')),
          line.text,
          NEWLINE,
        ])
        await output.write(Buffer.concat(parts))
      }
    },
    note: (text) => options.stdout.write(`${cleanLine(text)}\n`),
  }
}

const NEWLINE = Buffer.from('\n')

/** Neighbours that go to the same output, so that one write takes them all. */
const runs = (
  lines: readonly LogLine[],
  outputs: Pick<LogPrinterOptions, 'stdout' | 'stderr'>,
): { output: Output; run: LogLine[] }[] => {
  const result: { output: Output; run: LogLine[] }[] = []
  for (const line of lines) {
    const output = outputs[line.stream]
    const last = result.at(-1)
    if (last?.output === output) last.run.push(line)
    else result.push({ output, run: [line] })
  }
  return result
}
