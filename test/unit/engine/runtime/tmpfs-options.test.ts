import { describe, expect, it } from 'vitest'
import { tmpfsOptions } from '../../../../src/engine/runtime/tmpfs-options.ts'

describe('tmpfsOptions', () => {
  it.each([
    ['', ['nosuid', 'noexec', 'nodev']],
    ['size=64m,mode=1777', ['nosuid', 'noexec', 'nodev', 'size=64m', 'mode=1777']],
    ['exec,suid', ['nodev', 'exec', 'suid']],
    ['rw,noexec,ro', ['nosuid', 'nodev', 'noexec', 'ro']],
    ['size=1m,size=2m', ['nosuid', 'noexec', 'nodev', 'size=2m']],
  ])('reads "%s"', (text, options) => {
    expect(tmpfsOptions(text)).toEqual(options)
  })

  it.each(['bind', 'size', 'lowerdir=/x'])('refuses "%s"', (text) => {
    expect(() => tmpfsOptions(text)).toThrow(`invalid tmpfs option ["${text}"]`)
  })
})
