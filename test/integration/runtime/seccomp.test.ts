import { existsSync } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HostConfig } from '../../../src/port/containers.ts'
import { type Sandbox, createSandbox } from './sandbox.ts'

const EPERM = 1
const EINVAL = 22
const ENOSYS = 38
const EAFNOSUPPORT = 97

/** Numbers of the calls that are tried, by `process.arch`. */
const NUMBERS = {
  x64: {
    keyctl: 250,
    add_key: 248,
    request_key: 249,
    userfaultfd: 323,
    unshare: 272,
    bpf: 321,
    mount: 165,
    setns: 308,
    socket: 41,
    getpid: 39,
    clone: 56,
    personality: 135,
  },
  arm64: {
    keyctl: 219,
    add_key: 217,
    request_key: 218,
    userfaultfd: 282,
    unshare: 97,
    bpf: 280,
    mount: 40,
    setns: 268,
    socket: 198,
    getpid: 172,
    clone: 220,
    personality: 92,
  },
}[process.arch as 'x64' | 'arm64']
const SAME = { io_uring_setup: 425, io_uring_enter: 426, clone3: 435, perl_future: 4000 }
const CLONE_NEWUSER = 0x1000_0000

/** Errno of each call, 0 for success, made by the host's perl in the container. */
const probe = async (box: Sandbox, calls: readonly (readonly number[])[], hostConfig: HostConfig = {}) => {
  const script = calls.map((call) => `$! = 0; $r = syscall(${call.join(',')}); print $r < 0 ? $!+0 : 0, "\\n";`)
  const { stdout, stderr } = await box.run({
    args: ['/usr/bin/perl', '-e', script.join('')],
    hostConfig,
    mounts: [{ type: 'bind', source: '/usr', destination: '/usr', readOnly: true }],
  })
  expect(stderr).toBe('')
  return stdout.trim().split('\n').map(Number)
}

/** An i386 program of 32 instructions' worth: socketcall(SYS_SOCKET, {AF_ALG, SOCK_SEQPACKET, 0}), exit with the errno. */
const socketcallProgram = (): Buffer => {
  const base = 0x0804_8000
  const headers = 84
  const code = Buffer.from('b866000000bb01000000b900000000cd80f7d889c3b801000000cd80', 'hex')
  code.writeUInt32LE(base + headers + code.length, 11)
  const words = Buffer.alloc(12)
  words.writeUInt32LE(38, 0)
  words.writeUInt32LE(5, 4)
  const body = Buffer.concat([code, words])
  const elf = Buffer.alloc(headers)
  elf.write('7f454c4601010100', 'hex')
  elf.writeUInt16LE(2, 16)
  elf.writeUInt16LE(3, 18)
  elf.writeUInt32LE(1, 20)
  elf.writeUInt32LE(base + headers, 24)
  elf.writeUInt32LE(52, 28)
  elf.writeUInt16LE(52, 40)
  elf.writeUInt16LE(32, 42)
  elf.writeUInt16LE(1, 44)
  const segment = [1, 0, base, base, headers + body.length, headers + body.length, 5, 4096]
  for (const [at, word] of segment.entries()) elf.writeUInt32LE(word, 52 + at * 4)
  return Buffer.concat([elf, body])
}

describe.each(['crun', 'runc'] as const)('the seccomp profile under %s', (name) => {
  let box: Sandbox
  beforeAll(async () => {
    box = await createSandbox(name)
  })
  afterAll(() => box[Symbol.asyncDispose]())

  it('refuses what leads out of a container, and nothing more', async () => {
    const calls: [string, readonly number[], number][] = [
      ['getpid', [NUMBERS.getpid], 0],
      ['keyctl', [NUMBERS.keyctl, 0, 0], EPERM],
      ['add_key', [NUMBERS.add_key, 0, 0, 0, 0, 0], EPERM],
      ['request_key', [NUMBERS.request_key, 0, 0, 0, 0], EPERM],
      ['io_uring_setup', [SAME.io_uring_setup, 1, 0], EPERM],
      ['io_uring_enter', [SAME.io_uring_enter, 0, 0, 0, 0, 0], EPERM],
      ['userfaultfd', [NUMBERS.userfaultfd, 0], EPERM],
      ['bpf', [NUMBERS.bpf, 0, 0, 0], EPERM],
      ['mount', [NUMBERS.mount, 0, 0, 0, 0, 0], EPERM],
      ['setns', [NUMBERS.setns, 0, 0], EPERM],
      ['unshare user', [NUMBERS.unshare, CLONE_NEWUSER], EPERM],
      ['clone user', [NUMBERS.clone, CLONE_NEWUSER + 17, 0, 0, 0, 0], EPERM],
      ['clone3', [SAME.clone3, 0, 0], ENOSYS],
      ['AF_ALG', [NUMBERS.socket, 38, 5, 0], ENOSYS],
      ['AF_VSOCK', [NUMBERS.socket, 40, 1, 0], ENOSYS],
      ['AF_INET', [NUMBERS.socket, 2, 1, 0], 0],
      ['AF_UNIX', [NUMBERS.socket, 1, 1, 0], 0],
      ['AF 255', [NUMBERS.socket, 255, 1, 0], EAFNOSUPPORT],
      ['personality query', [NUMBERS.personality, 0xffff_ffff], 0],
      ['personality ADDR_NO_RANDOMIZE', [NUMBERS.personality, 0x4_0000], ENOSYS],
      ['a call of the future', [SAME.perl_future], ENOSYS],
    ]
    const answers = await probe(
      box,
      calls.map(([, call]) => call),
    )
    expect(calls.map(([what], at) => [what, answers[at]])).toEqual(calls.map(([what, , errno]) => [what, errno]))
  })

  it('opens namespaces and mounts with CAP_SYS_ADMIN, keys and io_uring never', async () => {
    const answers = await probe(
      box,
      [
        [NUMBERS.unshare, CLONE_NEWUSER],
        [SAME.clone3, 0, 0],
        [NUMBERS.keyctl, 0, 0],
        [SAME.io_uring_setup, 1, 0],
      ],
      { CapAdd: ['SYS_ADMIN'] },
    )
    expect(answers).toEqual([0, EINVAL, EPERM, EPERM])
  })

  it('is off when it is unconfined', async () => {
    const answers = await probe(box, [[NUMBERS.unshare, CLONE_NEWUSER]], { SecurityOpt: ['seccomp=unconfined'] })
    expect(answers).toEqual([0])
  })

  it("takes a user's profile", async () => {
    const profile = {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['getpid'], action: 'SCMP_ACT_ERRNO', errnoRet: EINVAL }],
    }
    const answers = await probe(box, [[NUMBERS.getpid]], { SecurityOpt: [`seccomp=${JSON.stringify(profile)}`] })
    expect(answers).toEqual([EINVAL])
  })

  it('lets a package manager, threads and pipes work', async () => {
    const script =
      'use threads; print threads->create(sub { 6 * 7 })->join, "\\n"; print `/usr/bin/dpkg --version | /usr/bin/head -c 6`'
    const { stdout, stderr } = await box.run({
      args: ['/usr/bin/perl', '-e', existsSync('/usr/bin/dpkg') ? script : script.replace('dpkg', 'rpm')],
      mounts: [{ type: 'bind', source: '/usr', destination: '/usr', readOnly: true }],
    })
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^42\n\S+/)
  })

  it.runIf(process.arch === 'x64')('leaves no way to AF_ALG through the 32-bit socketcall', async (context) => {
    const program = join(box.rootfs, 'bin/socketcall')
    await writeFile(program, socketcallProgram())
    await chmod(program, 0o755)
    const open = await box.run({ args: ['socketcall'], hostConfig: { SecurityOpt: ['seccomp=unconfined'] } })
    if (open.stderr.includes('xec format error')) context.skip('the kernel runs no 32-bit programs')
    expect([0, EAFNOSUPPORT]).toContain(open.exitCode)
    expect((await box.run({ args: ['socketcall'] })).exitCode).toBe(EPERM)
  })
})
