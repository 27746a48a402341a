import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { isAlive, processIdentity, signalProcess } from '../../../../src/engine/host/process-identity.ts'

it('knows this process, and not one with its pid and another start', () => {
  const own = processIdentity(process.pid)
  expect(own).toMatchObject({ pid: process.pid, startTime: expect.stringMatching(/^\d+$/) })
  expect(own && isAlive(own)).toBe(true)
  expect(isAlive({ pid: process.pid, startTime: '1' })).toBe(false)
})

it('signals exactly the process it names', async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' })
  const identity = processIdentity(child.pid ?? 0)
  if (!identity) throw new Error('The process is not there')
  expect(signalProcess({ ...identity, startTime: '1' }, 9)).toBe(false)
  expect(signalProcess(identity, 9)).toBe(true)
  await once(child, 'exit')
  expect(processIdentity(identity.pid)).toBeUndefined()
  expect(signalProcess(identity, 9)).toBe(false)
})
