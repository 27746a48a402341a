import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { anySignal } from '../../../src/lib/any-signal.ts'

it('is aborted with the reason of the first of its signals', () => {
  const [first, second] = [new AbortController(), new AbortController()]
  const signal = anySignal(first.signal, undefined, second.signal)
  expect(signal.aborted).toBe(false)
  second.abort('enough')
  first.abort('late')
  expect(signal.reason).toBe('enough')
})

it('may be listened to by many, without a warning', async () => {
  const warnings: Error[] = []
  const collect = (warning: Error): void => void warnings.push(warning)
  process.on('warning', collect)
  const signal = anySignal(new AbortController().signal)
  for (let count = 0; count < 20; count += 1) signal.addEventListener('abort', () => undefined)
  await setImmediate()
  process.off('warning', collect)
  expect(warnings).toEqual([])
})
