import { expect, it } from 'vitest'
import { detachable } from '../../../../src/engine/container/detach.ts'
import type { StreamSession } from '../../../../src/port/common.ts'

const session = (tty: boolean): { session: StreamSession; written: string[]; closed: () => number } => {
  const written: string[] = []
  let closes = 0
  async function* output(): AsyncGenerator<never> {}
  return {
    written,
    closed: () => closes,
    session: {
      tty,
      output: output(),
      write: async (data) => void written.push(Buffer.from(data).toString()),
      end: () => Promise.resolve(),
      close: () => (closes += 1),
    },
  }
}

it('a terminal is left by its keys, which nobody gets', async () => {
  const { session: inner, written, closed } = session(true)
  let detached = 0
  const outer = detachable(inner, undefined, () => (detached += 1))
  await outer.write(Buffer.from('ls\r\u0010'))
  await outer.write(Buffer.from('\u0011'))
  expect([written, closed(), detached]).toEqual([['ls\r'], 1, 1])
})

it('what is no terminal takes every byte', async () => {
  const { session: inner, written } = session(false)
  await detachable(inner, 'ctrl-a', () => undefined).write(Buffer.from('\u0001'))
  expect(written).toEqual(['\u0001'])
})

it('keys that are none are refused', () => {
  expect(() => detachable(session(true).session, 'ctrl-ä', () => undefined)).toThrow('Invalid detach keys (ctrl-ä)')
})
