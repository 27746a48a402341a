import { expect, it } from 'vitest'
import { field, parseLimits } from '../../../../src/engine/runtime/host-facts.ts'

it('reads the hard limits of /proc/PID/limits that are not unlimited', () => {
  const text = [
    'Limit                     Soft Limit           Hard Limit           Units     ',
    'Max cpu time              unlimited            unlimited            seconds   ',
    'Max open files            1024                 20000                files     ',
    'Max core file size        0                    unlimited            bytes     ',
    'Max nice priority         0                    0                    ',
  ].join('\n')
  expect(parseLimits(text)).toEqual(
    new Map([
      ['RLIMIT_NOFILE', 20_000],
      ['RLIMIT_NICE', 0],
    ]),
  )
})

it('reads a line of /proc/PID/status', () => {
  expect(field('Name:\tsh\nCapBnd:\t00ff\nNoNewPrivs:\t1\n', 'CapBnd')).toBe('00ff')
  expect(field('Name:\tsh\n', 'Seccomp')).toBe('')
})
