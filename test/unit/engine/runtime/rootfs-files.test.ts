import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mkdirInside, readInside, statInside } from '../../../../src/engine/runtime/rootfs-files.ts'

const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
const openDescriptors = (): number => readdirSync('/proc/self/fd').length

let folder = ''
let rootfs = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsc-rootfs-'))
  rootfs = join(folder, 'rootfs')
  mkdirSync(join(rootfs, 'etc'), { recursive: true })
  writeFileSync(join(rootfs, 'etc/passwd'), 'inside')
  writeFileSync(join(folder, 'passwd'), 'outside')
})
afterEach(() => rmSync(folder, { recursive: true }))

const read = (path: string): string | undefined => readInside(rootfs, path, { maxBytes: 100 })?.toString()

describe('readInside', () => {
  it('reads a file, also through links that stay inside', () => {
    symlinkSync('/etc', join(rootfs, 'absolute'))
    symlinkSync('etc/../etc/./passwd', join(rootfs, 'relative'))
    expect(read('/etc/passwd')).toBe('inside')
    expect(read('/absolute/passwd')).toBe('inside')
    expect(read('/relative')).toBe('inside')
  })

  it('finds the root where a path or a link goes above it', () => {
    symlinkSync('../../../../../passwd', join(rootfs, 'escape'))
    symlinkSync(join(folder, 'passwd'), join(rootfs, 'host'))
    expect(read('/../../passwd')).toBeUndefined()
    expect(read('/escape')).toBeUndefined()
    expect(read('/host')).toBeUndefined()
    expect(read('/../etc/passwd')).toBe('inside')
  })

  it('answers undefined for what is missing or below a file', () => {
    expect(read('/etc/shadow')).toBeUndefined()
    expect(read('/etc/passwd/x')).toBeUndefined()
  })

  it('refuses a FIFO without waiting for it, a folder, and a file that is too long', () => {
    execFileSync('mkfifo', [join(rootfs, 'etc/fifo')])
    expect(() => read('/etc/fifo')).toThrow('not a regular file')
    expect(() => read('/etc')).toThrow('not a regular file')
    writeFileSync(join(rootfs, 'etc/long'), 'x'.repeat(101))
    expect(() => read('/etc/long')).toThrow('longer than 100 bytes')
    writeFileSync(join(rootfs, 'etc/fits'), 'x'.repeat(100))
    expect(read('/etc/fits')).toHaveLength(100)
  })

  it('counts the bytes of files that say they are empty', () => {
    expect(() => readInside('/proc/self', 'status', { maxBytes: 10 })).toThrow('longer than 10 bytes')
    expect(readInside('/proc/self', 'status', { maxBytes: 100_000 })?.toString()).toContain('NoNewPrivs')
  })

  it('ends a loop of links', () => {
    symlinkSync('loop', join(rootfs, 'loop'))
    expect(() => read('/loop')).toThrow('too many symbolic links')
  })

  it('leaves no descriptor open, whatever happens', () => {
    symlinkSync('loop', join(rootfs, 'loop'))
    symlinkSync('/etc/../etc', join(rootfs, 'link'))
    const before = openDescriptors()
    for (const path of ['/etc/passwd', '/etc/none/x', '/link/../link/passwd', '/../..']) statInside(rootfs, path)
    expect(() => read('/loop')).toThrow('symbolic links')
    expect(() => read('/etc')).toThrow('regular')
    expect(openDescriptors()).toBe(before)
  })
})

describe('statInside', () => {
  it('answers the canonical path', () => {
    mkdirSync(join(rootfs, 'run'))
    mkdirSync(join(rootfs, 'var'))
    symlinkSync('/run', join(rootfs, 'var/run'))
    expect(statInside(rootfs, '/var/run')?.path).toBe('/run')
    expect(statInside(rootfs, '/')?.path).toBe('/')
  })
})

describe('mkdirInside', () => {
  it('makes what is missing with mode and owner, whatever the umask', () => {
    const made = mkdirInside(rootfs, '/srv/app', { ...owner, mode: 0o777 })
    expect(made).toEqual({ path: '/srv/app', created: true })
    expect(statSync(join(rootfs, 'srv/app')).mode & 0o7777).toBe(0o777)
    expect(mkdirInside(rootfs, '/srv/app', owner)).toEqual({ path: '/srv/app', created: false })
  })

  it('makes the target of a dangling link inside', () => {
    symlinkSync(join(folder, 'made'), join(rootfs, 'link'))
    expect(mkdirInside(rootfs, '/link/x', owner).path).toBe(`${folder}/made/x`)
    expect(readdirSync(folder).sort()).toEqual(['passwd', 'rootfs'])
    expect(statSync(join(rootfs, folder, 'made/x')).isDirectory()).toBe(true)
  })

  it('refuses a file on the way', () => {
    expect(() => mkdirInside(rootfs, '/etc/passwd/x', owner)).toThrow('/etc/passwd is not a directory')
    expect(() => mkdirInside(rootfs, '/etc/passwd', owner)).toThrow('/etc/passwd is not a directory')
  })
})
