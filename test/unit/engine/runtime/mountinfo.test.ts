import { expect, it } from 'vitest'
import { parseMountinfo } from '../../../../src/engine/runtime/mountinfo.ts'

it('reads points, types and the options of mount and file system', () => {
  const text = [
    '36 35 98:0 /mnt1 /a\\040b\\134 rw,noatime master:1 - ext3 /dev/root rw,errors=continue',
    '37 36 0:5 / /proc ro,nosuid - proc proc rw',
    '',
  ].join('\n')
  expect(parseMountinfo(text)).toEqual([
    { point: '/a b\\', type: 'ext3', options: new Set(['rw', 'noatime', 'errors=continue']) },
    { point: '/proc', type: 'proc', options: new Set(['ro', 'nosuid', 'rw']) },
  ])
})
