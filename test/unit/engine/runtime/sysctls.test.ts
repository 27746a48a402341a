import { describe, expect, it } from 'vitest'
import { sysctls } from '../../../../src/engine/runtime/sysctls.ts'

const DEFAULTS = { 'net.ipv4.ip_unprivileged_port_start': '0', 'net.ipv4.ping_group_range': '0 2147483647' }

describe('sysctls', () => {
  it('opens low ports and ping in a network namespace of its own, and nowhere else', () => {
    expect(sysctls({ NetworkMode: 'default' })).toEqual(DEFAULTS)
    expect(sysctls({ NetworkMode: 'host' })).toEqual({})
    expect(sysctls({ NetworkMode: 'container:abc' })).toEqual({})
  })

  it("lets the user's values win and sets the domain name", () => {
    const Sysctls = { 'net.ipv4.ip_unprivileged_port_start': '1024', 'kernel.shmmax': '1' }
    expect(sysctls({ Sysctls }, 'example.org')).toEqual({
      ...DEFAULTS,
      ...Sysctls,
      'kernel.domainname': 'example.org',
    })
    expect(sysctls({ NetworkMode: 'host', UTSMode: 'host' }, 'example.org')).toEqual({})
  })

  it.each([
    [{ Sysctls: { 'vm.swappiness': '0' } }, "sysctl 'vm.swappiness' is not in a separate kernel namespace"],
    [{ Sysctls: { 'net.core.somaxconn': '1' }, NetworkMode: 'host' }, 'not allowed in host network namespace'],
    [{ Sysctls: { 'kernel.msgmax': '1' }, IpcMode: 'host' }, 'not allowed in host ipc namespace'],
    [{ Sysctls: { 'kernel.domainname': 'x' }, UTSMode: 'host' }, 'not allowed in host UTS namespace'],
    [{ Sysctls: { 'kernel/core_pattern': '|/x' } }, 'is not in a separate kernel namespace'],
  ])('refuses %j', (hostConfig, message) => {
    expect(() => sysctls(hostConfig)).toThrow(message)
  })
})
