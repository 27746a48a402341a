import { mkdtempSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeWorkingDir, workingDir } from '../../../../src/engine/runtime/working-dir.ts'

describe('workingDir', () => {
  it.each([
    ['', '/'],
    ['/', '/'],
    ['/a//b/', '/a/b'],
    ['/a/../b', '/b'],
    ['/proc', '/proc'],
    ['/proc/sys/net', '/proc/sys/net'],
    ['/x/../proc/self/fd/7/../../..', '/proc'],
  ])('cleans "%s" to "%s"', (path, cleaned) => {
    expect(workingDir(path)).toBe(cleaned)
  })

  it.each([
    'work',
    './work',
    '/proc/self/fd/7',
    '/proc/self',
    '/proc/thread-self/cwd',
    '/proc/1/cwd',
    '/x/../proc/self/fd/7',
    '/dev/fd/9',
    '/dev/stdin',
  ])('refuses "%s"', (path) => {
    expect(() => workingDir(path)).toThrow(`the working directory '${path}' is invalid`)
  })
})

describe('makeWorkingDir', () => {
  let rootfs = ''
  beforeEach(() => {
    rootfs = mkdtempSync(join(tmpdir(), 'tsc-cwd-'))
  })
  afterEach(() => rmSync(rootfs, { recursive: true }))

  it('makes what is missing', () => {
    const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
    makeWorkingDir(rootfs, '/a/b/', owner)
    expect(statSync(join(rootfs, 'a/b')).isDirectory()).toBe(true)
  })

  it('refuses a link of the image that leads to descriptors', () => {
    mkdirSync(join(rootfs, 'proc/self/fd/7'), { recursive: true })
    symlinkSync('/proc/self/fd/7', join(rootfs, 'work'))
    expect(() => makeWorkingDir(rootfs, '/work')).toThrow("the working directory '/proc/self/fd/7' is invalid")
  })
})
