import { describe, expect, it } from 'vitest'
import { coalesce } from '../../../src/lib/coalesce.ts'
import { deferred } from '../../../src/lib/deferred.ts'

describe('coalesce', () => {
  it('runs once for calls that come together', async () => {
    let runs = 0
    const call = coalesce(async () => void (runs += 1))
    await Promise.all([call(), call(), call()])
    expect(runs).toBe(1)
  })

  it('gives a call that comes during a run the next one', async () => {
    const gates = [deferred<void>(), deferred<void>()]
    const began = deferred<void>()
    let runs = 0
    const call = coalesce(() => {
      began.resolve()
      return gates[runs++]?.promise ?? Promise.resolve()
    })
    const first = call()
    await began.promise
    const [second, third] = [call(), call()]
    expect(runs).toBe(1)
    gates[0]?.resolve()
    await first
    gates[1]?.resolve()
    await Promise.all([second, third])
    expect(runs).toBe(2)
  })

  it('rejects the calls of a run that fails, and only those', async () => {
    let runs = 0
    const call = coalesce(async () => {
      runs += 1
      if (runs === 1) throw new Error('no')
    })
    await expect(Promise.all([call(), call()])).rejects.toThrow('no')
    await expect(call()).resolves.toBeUndefined()
  })
})
