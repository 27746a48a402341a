import { describe, expect, test } from 'vitest'
import { type ContractEngine, bench, collect, readAll, readUntil, untilTerm } from './contract-kit.ts'

export const streamsContract = (get: () => ContractEngine): void => {
  describe('logs', () => {
    test('have stdout and stderr apart, and only what is asked for', async () => {
      await using b = bench(get())
      const { id } = await b.finish('echo one; echo two >&2')
      const read = async (stdout: boolean, stderr: boolean): Promise<unknown> =>
        readAll((await b.engine.containers.logs(id, { stdout, stderr })).chunks)
      expect(await read(true, true)).toEqual({ stdout: 'one\n', stderr: 'two\n' })
      expect(await read(true, false)).toEqual({ stdout: 'one\n', stderr: '' })
      expect(await read(false, true)).toEqual({ stdout: '', stderr: 'two\n' })
    })

    test('give the last lines, and a time before each, on demand', async () => {
      await using b = bench(get())
      const { id } = await b.finish('for i in 1 2 3 4; do echo $i; done')
      const tail = await b.engine.containers.logs(id, { stdout: true, tail: 2 })
      expect((await readAll(tail.chunks)).stdout).toBe('3\n4\n')
      const none = await b.engine.containers.logs(id, { stdout: true, tail: 0 })
      expect((await readAll(none.chunks)).stdout).toBe('')
      const stamped = await b.engine.containers.logs(id, { stdout: true, tail: 1, timestamps: true })
      expect((await readAll(stamped.chunks)).stdout).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z 4\n$/)
    })

    test('are cut by time', async () => {
      await using b = bench(get())
      const { id } = await b.finish('echo now')
      const now = Date.now() / 1000
      const read = async (cut: { since?: number; until?: number }): Promise<string> =>
        (await readAll((await b.engine.containers.logs(id, { stdout: true, ...cut })).chunks)).stdout
      expect(await read({ since: now - 60 })).toBe('now\n')
      expect(await read({ since: now + 60 })).toBe('')
      expect(await read({ until: now - 60 })).toBe('')
    })

    test('that are followed end with the container, and have every line', async () => {
      await using b = bench(get())
      const id = await b.create('i=0; while [ $i -lt 300 ]; do echo line $i; i=$((i+1)); done')
      await b.engine.containers.start(id)
      const { chunks } = await b.engine.containers.logs(id, { stdout: true, stderr: true, follow: true })
      const expected = Array.from({ length: 300 }, (_, i) => `line ${i}\n`).join('')
      expect((await readAll(chunks)).stdout).toBe(expected)
    })

    test('that are followed end with the reason of the signal', async () => {
      await using b = bench(get())
      const id = await b.run(untilTerm())
      const controller = new AbortController()
      const options = { stdout: true, follow: true, signal: controller.signal }
      const reading = collect((await b.engine.containers.logs(id, options)).chunks)
      const reason = new Error('enough')
      controller.abort(reason)
      await expect(reading).rejects.toBe(reason)
    })
  })

  describe('attach', () => {
    test('before the start gives all output, to everyone who attached, and ends with the container', async () => {
      await using b = bench(get())
      const id = await b.create('echo out; echo err >&2')
      const options = { stdout: true, stderr: true }
      const sessions = [await b.engine.containers.attach(id, options), await b.engine.containers.attach(id, options)]
      await b.engine.containers.start(id)
      for (const session of sessions) {
        expect(await readAll(session.output)).toEqual({ stdout: 'out\n', stderr: 'err\n' })
      }
    })

    test('takes standard input before the start, and its end', async () => {
      await using b = bench(get())
      const id = await b.create('cat; echo end', { OpenStdin: true, StdinOnce: true, AttachStdin: true })
      const session = await b.engine.containers.attach(id, { stdin: true, stdout: true, stderr: true })
      await session.write(Buffer.from('early\n'))
      await session.end()
      await b.engine.containers.start(id)
      expect((await readAll(session.output)).stdout).toBe('early\nend\n')
      expect((await b.engine.containers.wait(id)).StatusCode).toBe(0)
    })

    test('carries much input through without loss', async () => {
      await using b = bench(get())
      const id = await b.create('wc -c', { OpenStdin: true, StdinOnce: true, AttachStdin: true })
      const session = await b.engine.containers.attach(id, { stdin: true, stdout: true, stderr: true })
      await b.engine.containers.start(id)
      const piece = Buffer.alloc(65_536, 'x')
      for (let i = 0; i < 32; i++) await session.write(piece)
      await session.end()
      expect((await readAll(session.output)).stdout.trim()).toBe(String(32 * 65_536))
    })

    test('replays the log on demand, and ends there without the stream', async () => {
      await using b = bench(get())
      const id = await b.run(untilTerm())
      const session = await b.engine.containers.attach(id, { stdout: true, logs: true, stream: false })
      expect((await readAll(session.output)).stdout).toBe('ready\n')
    })

    test('is left without harm to the container', async () => {
      await using b = bench(get())
      const id = await b.run(untilTerm())
      const session = await b.engine.containers.attach(id, { stdout: true })
      session.close()
      await readAll(session.output)
      expect((await b.engine.containers.inspect(id)).State.Running).toBe(true)
    })

    test('to a terminal is one stream, left with the detach keys', async () => {
      await using b = bench(get())
      const body = { Tty: true, OpenStdin: true, StdinOnce: true, AttachStdin: true }
      const id = await b.create('echo out; echo err >&2; while :; do sleep 0.05; done', body)
      const options = { stdin: true, stdout: true, stderr: true, detachKeys: 'ctrl-a,d' }
      const session = await b.engine.containers.attach(id, options)
      expect(session.tty).toBe(true)
      await b.engine.containers.start(id)
      expect(await readUntil(session, 'err')).toMatch(/^out\r?\nerr/)
      await session.write(Buffer.from([1]))
      await session.write(Buffer.from('d'))
      await readAll(session.output)
      expect((await b.engine.containers.inspect(id)).State.Running).toBe(true)
    })

    test('a terminal takes a size while it runs, and only then', async () => {
      await using b = bench(get())
      const id = await b.create(untilTerm(), { Tty: true })
      const size = { rows: 30, columns: 100 }
      await expect(b.engine.containers.resize(id, size)).rejects.toMatchObject({ httpStatus: 409 })
      await b.engine.containers.start(id)
      await b.engine.containers.resize(id, size)
    })
  })
}
