import { describe, expect, it } from 'vitest'
import { fixedPorts, samePort } from '../../../src/plan/host-ports.ts'
import { projectOf } from '../../support/project.ts'

const port = { mode: 'ingress', target: 80, published: '8080', protocol: 'tcp' }

describe('fixedPorts', () => {
  it('are those on one port of the host, with their places', () => {
    const ports = [{ ...port, published: '8080-8090' }, { mode: 'ingress', target: 81, protocol: 'tcp' }, port]
    const where = (path: string) => ({ file: path, line: 1, column: 1 })
    expect(fixedPorts(projectOf({ web: { ports } }, { where }), 'web')).toEqual([
      { service: 'web', ip: '', port: 8080, protocol: 'tcp', where: where('services.web.ports.2') },
    ])
  })

  it('are none where the service has no network of its own', () => {
    const project = projectOf({ web: { ports: [port], network_mode: 'host' } })
    expect(fixedPorts(project, 'web')).toEqual([])
  })
})

describe('samePort', () => {
  const one = { ip: '127.0.0.1', port: 80, protocol: 'tcp' }

  it('holds for one address and for all of them', () => {
    expect(samePort(one, one)).toBe(true)
    expect(samePort(one, { ...one, ip: '' })).toBe(true)
    expect(samePort({ ...one, ip: '0.0.0.0' }, one)).toBe(true)
  })

  it('does not for another address, protocol or port', () => {
    expect(samePort(one, { ...one, ip: '127.0.0.2' })).toBe(false)
    expect(samePort(one, { ...one, protocol: 'udp' })).toBe(false)
    expect(samePort(one, { ...one, port: 81 })).toBe(false)
  })
})
