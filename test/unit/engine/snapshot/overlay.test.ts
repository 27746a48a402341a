import { expect, it } from 'vitest'
import { overlayMount } from '../../../../src/engine/snapshot/overlay.ts'

const request = { target: '/t', cwd: '/l', upper: '../u', work: '../w' }

it('the features that put more than plain files into the upper folder are off', () => {
  expect(overlayMount({ ...request, lowers: ['b', 'a'] })).toEqual({
    source: 'overlay',
    target: '/t',
    type: 'overlay',
    cwd: '/l',
    data: 'lowerdir=b:a,upperdir=../u,workdir=../w,index=off,redirect_dir=off,metacopy=off',
  })
})

it('more layers than the kernel takes in one page of options are refused', () => {
  const lowers = Array.from({ length: 500 }, (_, i) => `layer${i}`)
  expect(() => overlayMount({ ...request, lowers })).toThrow(expect.objectContaining({ code: 'E_SNAPSHOT_TOO_DEEP' }))
})
