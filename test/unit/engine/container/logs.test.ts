import { appendFile, mkdtemp, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LogRecord, logBytes, logSeconds, parseLogLine } from '../../../../src/engine/container/log-line.ts'
import { logEnd, readLog } from '../../../../src/engine/container/log-reader.ts'
import { logSettings } from '../../../../src/engine/container/log-settings.ts'
import { type LogSelection, logChunks } from '../../../../src/engine/container/logs.ts'
import { deferred } from '../../../../src/lib/deferred.ts'

const TIME = '2026-11-24T10:00:00.000000001Z'
const line = (text: string, { stream = 'stdout', flag = 'F', time = TIME } = {}): string =>
  `${time} ${stream} ${flag} ${text}`
const record = (text: string, options = {}): LogRecord => {
  const parsed = parseLogLine(Buffer.from(line(text, options)))
  if (!parsed) throw new Error('no record')
  return parsed
}
const at = (second: number): string => `2026-11-24T10:00:0${second}.500000000Z`

describe('parseLogLine', () => {
  it('keeps bytes as they are', () => {
    const bytes = Buffer.concat([Buffer.from(line('')), Buffer.from([0, 255, 13])])
    expect(parseLogLine(bytes)).toMatchObject({
      time: TIME,
      stream: 'stdout',
      ended: true,
      data: Buffer.from([0, 255, 13]),
    })
  })

  it('tells pieces from ends of lines', () => {
    expect(logBytes(record('a', { flag: 'P' })).toString()).toBe('a')
    expect(logBytes(record('a', { stream: 'stderr' })).toString()).toBe('a\n')
  })

  it.each(['', 'x', `${TIME} stdin_ F a`, `${TIME} stdout X a`])('"%s" is torn', (text) =>
    expect(parseLogLine(Buffer.from(text))).toBeUndefined(),
  )

  it('has the time that a client gives back', () => {
    expect(logSeconds(record('a', { time: '2026-11-24T10:00:00.123456789Z' }))).toBe(Number('1795514400.123456789'))
  })
})

describe('logChunks', () => {
  const read = async (
    batches: readonly (LogRecord[] | 'caught-up')[],
    selection: LogSelection = {},
  ): Promise<[string, string][]> => {
    async function* source() {
      yield* batches
    }
    const found: [string, string][] = []
    for await (const { stream, data } of logChunks(source(), selection))
      found.push([stream, Buffer.from(data).toString()])
    return found
  }
  const three = [record('a'), record('b'), record('c')]

  it('puts neighbours of one stream in one chunk, in order', async () => {
    const err = record('e', { stream: 'stderr' })
    expect(await read([[record('a'), record('b'), err, record('c')], 'caught-up'])).toEqual([
      ['stdout', 'a\nb\n'],
      ['stderr', 'e\n'],
      ['stdout', 'c\n'],
    ])
  })

  it('leaves out the stream that is not wanted', async () => {
    const err = record('e', { stream: 'stderr' })
    expect(await read([[record('a'), err], 'caught-up'], { stdout: false })).toEqual([['stderr', 'e\n']])
  })

  it.each([
    [0, ''],
    [1, 'c\n'],
    [2, 'b\nc\n'],
    [9, 'a\nb\nc\n'],
  ])('tail %i', async (tail, expected) => {
    const chunks = await read([three, 'caught-up'], { tail })
    expect(chunks.map(([, text]) => text).join('')).toBe(expected)
  })

  it('tail counts a line in pieces once, and an unfinished one too', async () => {
    const pieces = [record('a'), record('b1', { flag: 'P' }), record('b2'), record('c', { flag: 'P' })]
    expect(await read([pieces, 'caught-up'], { tail: 2 })).toEqual([['stdout', 'b1b2\nc']])
  })

  it('after the tail comes all that is new', async () => {
    expect(await read([three, 'caught-up', [record('d')]], { tail: 1 })).toEqual([
      ['stdout', 'c\n'],
      ['stdout', 'd\n'],
    ])
  })

  it('since and until cut by time, both inclusive, also before a tail', async () => {
    const timed = [1, 2, 3, 4].map((second) => record(String(second), { time: at(second) }))
    const second = (n: number): number => Date.parse(at(n)) / 1000
    expect(await read([timed, 'caught-up'], { since: second(2), until: second(3) })).toEqual([['stdout', '2\n3\n']])
    expect(await read([timed, 'caught-up'], { until: second(3), tail: 1 })).toEqual([['stdout', '3\n']])
  })

  it('until ends what is followed', async () => {
    const later = record('later', { time: at(5) })
    const chunks = await read([three, 'caught-up', [later], [record('never')]], { until: Date.parse(at(4)) / 1000 })
    expect(chunks).toEqual([['stdout', 'a\nb\nc\n']])
  })

  it('times stand at the beginning of each line alone, also over batches', async () => {
    const chunks = await read([[record('a', { flag: 'P' })], 'caught-up', [record('b'), record('c')]], {
      timestamps: true,
    })
    expect(chunks.map(([, text]) => text).join('')).toBe(`${TIME} ab\n${TIME} c\n`)
  })
})

describe('readLog', () => {
  let folder = ''
  let path = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tsc-log-'))
    path = join(folder, 'container.log')
  })
  afterEach(() => rm(folder, { recursive: true }))
  const put = (name: string, ...texts: string[]): Promise<void> =>
    writeFile(join(folder, name), texts.map((text) => `${line(text)}\n`).join(''))
  const texts = async (source: AsyncIterable<readonly LogRecord[] | 'caught-up'>): Promise<string[]> => {
    const found: string[] = []
    for await (const batch of source) {
      if (batch !== 'caught-up') found.push(...batch.map(({ data }) => data.toString()))
    }
    return found
  }
  const rotate = async (): Promise<void> => {
    await rename(`${path}.1`, `${path}.2`).catch(() => undefined)
    await rename(path, `${path}.1`)
  }

  it('goes from the oldest file to the newest, by number', async () => {
    await put('container.log', 'd')
    await put('container.log.1', 'c')
    await put('container.log.2', 'b')
    await put('container.log.10', 'a')
    await put('container.log.old', 'no')
    expect(await texts(readLog(path))).toEqual(['a', 'b', 'c', 'd'])
  })

  it('of a container that never ran is empty', async () => {
    expect(await texts(readLog(path))).toEqual([])
  })

  it('leaves a torn last line', async () => {
    await put('container.log', 'a')
    await appendFile(path, line('torn'))
    expect(await texts(readLog(path))).toEqual(['a'])
  })

  it('begins where it is told, also when that file has been rotated away since', async () => {
    await put('container.log', 'a')
    const from = await logEnd(path)
    await appendFile(path, `${line('b')}\n`)
    await rotate()
    await put('container.log', 'c')
    await rotate()
    await put('container.log', 'd')
    expect(await texts(readLog(path, { from }))).toEqual(['b', 'c', 'd'])
  })

  it('begins with what is left when that file is gone', async () => {
    await put('container.log', 'a', 'a', 'a')
    const from = await logEnd(path)
    await unlink(path)
    await put('container.log', 'b')
    expect(await texts(readLog(path, { from }))).toEqual(['b'])
  })

  it('follows over two rotations at once, to the end', async () => {
    await put('container.log', 'a')
    const ended = deferred<void>()
    let live = true
    const found: string[] = []
    for await (const batch of readLog(path, { follow: { isLive: () => live, ended: ended.promise } })) {
      if (batch !== 'caught-up') {
        found.push(...batch.map(({ data }) => data.toString()))
        continue
      }
      await rotate()
      await put('container.log', 'b')
      await rotate()
      await put('container.log', 'c')
      live = false
      ended.resolve()
    }
    expect(found).toEqual(['a', 'b', 'c'])
  })

  it('waits for the first file of a container that is about to start', async () => {
    const ended = deferred<void>()
    let live = true
    const reading = texts(readLog(path, { follow: { isLive: () => live, ended: ended.promise } }))
    await put('container.log', 'a')
    live = false
    ended.resolve()
    expect(await reading).toEqual(['a'])
  })

  it('rejects with the reason of its signal', async () => {
    const controller = new AbortController()
    const reading = texts(readLog(path, { follow: { isLive: () => true, signal: controller.signal } }))
    controller.abort(new Error('enough'))
    await expect(reading).rejects.toThrow('enough')
  })
})

describe('logSettings', () => {
  const settings = (Type: string, Config: Record<string, string> = {}) => logSettings({ LogConfig: { Type, Config } })
  it.each([
    [{}, { maxSize: 20_971_520, maxFiles: 5 }],
    [{ 'max-size': '10k' }, { maxSize: 10_240, maxFiles: 1 }],
    [
      { 'max-size': '10k', 'max-file': '3' },
      { maxSize: 10_240, maxFiles: 3 },
    ],
    [{ 'max-size': '-1' }, { maxSize: 0, maxFiles: 1 }],
  ])('%j', (config, expected) => expect(settings('json-file', config)).toEqual({ enabled: true, ...expected }))

  it('none never rotates: its file is the null device of the host', () => {
    expect(settings('none')).toEqual({ enabled: false, maxSize: 0, maxFiles: 1 })
  })

  it('refuses drivers that are not there and values that are none', () => {
    expect(() => settings('syslog')).toThrow("no log driver named 'syslog'")
    expect(() => settings('local', { 'max-size': 'big' })).toThrow('invalid log option max-size: "big"')
    expect(() => settings('local', { 'max-size': '1k', 'max-file': '0' })).toThrow('max-file cannot be less than 1')
  })
})
