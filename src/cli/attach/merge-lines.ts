import { type LogLine, timeKey } from './log-lines.ts'

interface Head<S> {
  readonly source: S
  readonly lines: AsyncIterator<readonly LogLine[]>
  batch: readonly LogLine[]
  at: number
  key: string
}

/** Lines of several logs in the order of their times; the lines of one log keep their order. */
export async function* mergeLines<S>(
  logs: readonly { readonly source: S; readonly lines: AsyncIterable<readonly LogLine[]> }[],
): AsyncGenerator<{ readonly source: S; readonly line: LogLine }> {
  const heads: Head<S>[] = []
  const fill = async (head: Head<S>): Promise<boolean> => {
    while (head.at >= head.batch.length) {
      const next = await head.lines.next()
      if (next.done) return false
      head.batch = next.value
      head.at = 0
    }
    head.key = timeKey(head.batch[head.at]?.time ?? '')
    return true
  }
  const opened = logs.map(({ source, lines }) => ({
    source,
    lines: lines[Symbol.asyncIterator](),
    batch: [],
    at: 0,
    key: '',
  }))
  const filled = await Promise.all(opened.map(fill))
  heads.push(...opened.filter((_, index) => filled[index]))
  while (heads.length > 0) {
    const first = heads.reduce((least, head) => (head.key < least.key ? head : least))
    const line = first.batch[first.at]
    if (line) yield { source: first.source, line }
    first.at += 1
    if (!(await fill(first))) heads.splice(heads.indexOf(first), 1)
  }
}
