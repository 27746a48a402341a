import { expect, it } from 'vitest'
import { abortable } from '../../../src/engine/abortable.ts'

const part = abortable({
  kind: 'part',
  never: (_options?: { signal?: AbortSignal }) => new Promise<void>(() => undefined),
  fails: async () => Promise.reject(new Error('failed')),
  throws: (): Promise<void> => {
    throw new Error('thrown')
  },
  async *numbers(_options?: { signal?: AbortSignal }) {
    yield 1
    yield 2
  },
})
const aborted = AbortSignal.abort(new Error('enough'))

it('what is no function and what gives values stays', async () => {
  expect(part.kind).toBe('part')
  const found: number[] = []
  for await (const number of part.numbers()) found.push(number)
  expect(found).toEqual([1, 2])
})

it('a promise rejects with the reason as soon as the signal is aborted', async () => {
  const controller = new AbortController()
  const waiting = part.never({ signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
})

it('a failure is always a rejection', async () => {
  await expect(part.fails()).rejects.toThrow('failed')
  await expect(part.throws()).rejects.toThrow('thrown')
})

it('a signal that is aborted already begins nothing, awaited or iterated', async () => {
  await expect(part.never({ signal: aborted })).rejects.toThrow('enough')
  await expect(part.numbers({ signal: aborted })[Symbol.asyncIterator]().next()).rejects.toThrow('enough')
})
