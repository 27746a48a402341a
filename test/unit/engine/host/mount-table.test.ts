import { expect, it } from 'vitest'
import { parseMountInfo } from '../../../../src/engine/host/mount-table.ts'

it('mount points are read, with their escapes undone', () => {
  const text =
    '36 35 98:0 / /mnt1 rw,noatime master:1 - ext3 /dev/root rw\n37 35 0:5 / /a\\040b\\134c rw - tmpfs tmpfs rw\n'
  expect([...parseMountInfo(text)]).toEqual(['/mnt1', '/a b\\c'])
})
