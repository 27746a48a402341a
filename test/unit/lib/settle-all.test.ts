import { expect, it } from 'vitest'
import { deferred } from '../../../src/lib/deferred.ts'
import { settleAll } from '../../../src/lib/settle-all.ts'

it('waits for what is under way before it rejects with the first error', async () => {
  const slow = deferred<void>()
  let settled = false
  const all = settleAll([Promise.reject(new Error('first')), slow.promise]).finally(() => (settled = true))
  all.catch(() => undefined)
  await new Promise(setImmediate)
  expect(settled).toBe(false)
  slow.resolve()
  await expect(all).rejects.toThrow('first')
})
