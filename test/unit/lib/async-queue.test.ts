import { expect, it } from 'vitest'
import { AsyncQueue, reportsOf } from '../../../src/lib/async-queue.ts'

const all = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
  const values: T[] = []
  for await (const value of source) values.push(value)
  return values
}

it('what is pushed before and while it is read comes out in order', async () => {
  const queue = new AsyncQueue<number>()
  queue.push(1)
  const reading = all(queue)
  queue.push(2)
  await Promise.resolve()
  queue.push(3)
  queue.end()
  queue.push(4)
  expect(await reading).toEqual([1, 2, 3])
})

it('a failure comes after what was pushed before it', async () => {
  const seen: number[] = []
  const reports = reportsOf<number>(async (report) => {
    report(1)
    throw new Error('broken')
  })
  await expect(
    (async () => {
      for await (const value of reports) seen.push(value)
    })(),
  ).rejects.toThrow('broken')
  expect(seen).toEqual([1])
})

it('whoever stops reading ends the work, and waits for its end', async () => {
  let ended = false
  const reports = reportsOf<number>(async (report, signal) => {
    report(1)
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    ended = true
  })
  for await (const _ of reports) break
  expect(ended).toBe(true)
})

it('the signal of the caller reaches the work', async () => {
  const outer = new AbortController()
  const reports = reportsOf<number>(async (_, signal) => {
    outer.abort(new Error('enough'))
    if (signal.aborted) throw new Error('what the work makes of it')
  }, outer.signal)
  await expect(all(reports)).rejects.toThrow('enough')
})
