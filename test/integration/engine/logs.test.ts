import { createHash } from 'node:crypto'
import { readFile, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { readAll, untilTerm } from '../../contract/contract-kit.ts'
import { runToEnd, useEngine } from '../../support/use-engine.ts'

const { bench } = useEngine()

const rotating = (size: string, files: number) => ({
  HostConfig: { LogConfig: { Type: 'json-file', Config: { 'max-size': size, 'max-file': String(files) } } },
})
const COUNT = 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo "line $i"; done'
const numbers = (text: string): number[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => Number(line.slice('line '.length)))
const upTo = (last: number, count: number): number[] => Array.from({ length: count }, (_, i) => last - count + 1 + i)

it('following across many rotations loses and doubles no line', async () => {
  await using b = bench()
  const id = await b.create(COUNT, rotating('64k', 40))
  await b.engine.containers.start(id)
  const { chunks } = await b.engine.containers.logs(id, { stdout: true, follow: true })
  expect(numbers((await readAll(chunks)).stdout)).toEqual(upTo(20_000, 20_000))
  const { chunks: afterwards } = await b.engine.containers.logs(id, { stdout: true })
  expect(numbers((await readAll(afterwards)).stdout)).toEqual(upTo(20_000, 20_000))
})

it('attaching across many rotations loses and doubles no line', async () => {
  await using b = bench()
  const id = await b.create(COUNT, rotating('64k', 40))
  const session = await b.engine.containers.attach(id, { stdout: true })
  await b.engine.containers.start(id)
  expect(numbers((await readAll(session.output)).stdout)).toEqual(upTo(20_000, 20_000))
})

it('rotation keeps as many files as it says, none much larger, each of whole lines; the tail goes over them', async () => {
  await using b = bench()
  const { id, exitCode } = await b.finish(COUNT, rotating('32k', 3))
  expect(exitCode).toBe(0)
  const { LogPath } = await b.engine.containers.inspect(id)
  const files = (await readdir(dirname(LogPath))).filter((name) => name.startsWith('container.log'))
  expect(files.toSorted()).toEqual(['container.log', 'container.log.1', 'container.log.2'])
  for (const name of files) {
    const path = join(dirname(LogPath), name)
    expect((await stat(path)).size).toBeLessThan(33 * 1024)
    for (const line of (await readFile(path, 'utf8')).trimEnd().split('\n'))
      expect(line).toMatch(/Z stdout F line \d+$/)
  }
  const { chunks } = await b.engine.containers.logs(id, { stdout: true, tail: 900 })
  expect(numbers((await readAll(chunks)).stdout)).toEqual(upTo(20_000, 900))
})

it('bytes that are no text come back as they were', async () => {
  await using b = bench()
  const script = 'head -c 300000 /dev/urandom > /bytes; sha256sum < /bytes >&2; cat /bytes'
  const id = await b.create(script)
  await b.engine.containers.start(id)
  await b.engine.containers.wait(id)
  const { chunks } = await b.engine.containers.logs(id, { stdout: true, stderr: true })
  const hash = createHash('sha256')
  let said = ''
  for await (const { stream, data } of chunks) {
    if (stream === 'stdout') hash.update(data)
    else said += Buffer.from(data).toString()
  }
  expect(hash.digest('hex')).toBe(said.slice(0, 64))
})

it('a line that came in pieces has one time and counts once', async () => {
  await using b = bench()
  const { id } = await runToEnd(b, 'printf a; sleep 0.2; printf b; sleep 0.2; echo c; echo last')
  const { chunks } = await b.engine.containers.logs(id, { stdout: true, timestamps: true })
  expect((await readAll(chunks)).stdout).toMatch(/^\S{30} abc\n\S{30} last\n$/)
  const { chunks: tail } = await b.engine.containers.logs(id, { stdout: true, tail: 2 })
  expect((await readAll(tail)).stdout).toBe('abc\nlast\n')
})

it('the log goes on over a restart of the container', async () => {
  await using b = bench()
  const id = await b.run(untilTerm())
  await b.engine.containers.restart(id)
  await b.engine.containers.stop(id)
  const { chunks } = await b.engine.containers.logs(id, { stdout: true })
  expect((await readAll(chunks)).stdout).toBe('ready\nready\n')
})

it('without a log driver there is nothing to read, and the container runs', async () => {
  await using b = bench()
  const { id, exitCode } = await b.finish('echo lost; exit 4', { HostConfig: { LogConfig: { Type: 'none' } } })
  expect(exitCode).toBe(4)
  await expect(b.engine.containers.logs(id, { stdout: true })).rejects.toMatchObject({ httpStatus: 501 })
})

it('a terminal has one stream, with the line ends of a terminal', async () => {
  await using b = bench()
  expect(await runToEnd(b, 'echo out; echo err >&2; test -t 0 && echo tty', { Tty: true })).toMatchObject({
    stdout: 'out\r\nerr\r\ntty\r\n',
    stderr: '',
  })
})
