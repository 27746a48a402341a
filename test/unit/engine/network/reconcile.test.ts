import { describe, expect, it } from 'vitest'
import { printAddress } from '../../../../src/engine/network/addresses.ts'
import type { HostInterface } from '../../../../src/engine/network/host-links.ts'
import { networkSettings } from '../../../../src/engine/network/inspect.ts'
import type { LiveAttachment } from '../../../../src/engine/network/part.ts'
import { reconcileLines, restoredPorts, restoredSandbox } from '../../../../src/engine/network/reconcile.ts'
import { TAG, join, networkOf, recordOf, sandboxOf } from './fixtures.ts'

const device = (name: string, more: Partial<HostInterface> = {}): HostInterface => ({
  name,
  alias: '',
  master: '',
  ...more,
})

describe('reconcile', () => {
  const network = networkOf(recordOf('net'))
  const web = sandboxOf('web', {
    exposed: ['80/tcp'],
    ports: [{ protocol: 'tcp', port: 80, hostPort: 8080, hostIps: ['0.0.0.0', '::'], release: () => undefined }],
  })
  const card = join(web, network, '172.18.0.2', { Aliases: ['www'] })
  const live: LiveAttachment = {
    containerId: web.containerId,
    containerName: 'web',
    hostname: 'box',
    settings: networkSettings(web, `/run/netns/${web.netns}`),
    dns: ['9.9.9.9'],
  }

  it('makes of kept settings what they were made of', () => {
    const restored = restoredSandbox(live, [network])
    expect(restored).toMatchObject({ id: web.id, name: 'web', netns: web.netns, hostname: 'box', dns: ['9.9.9.9'] })
    const [endpoint] = restored.endpoints
    expect(endpoint).toMatchObject({ id: card.id, link: card.link, device: 'eth0', mac: card.mac, network })
    expect(printAddress(endpoint?.address ?? 0)).toBe('172.18.0.2')
    expect(restoredPorts(live)).toEqual([{ protocol: 'tcp', port: 80, hostPort: 8080, hostIps: ['0.0.0.0', '::'] }])
  })

  it('leaves out a network whose record is gone', () => {
    expect(restoredSandbox(live, []).endpoints).toEqual([])
  })

  const owned = { networks: [network, networkOf(recordOf('idle', { bridge: 'br-idle' }))], sandboxes: [web] }
  const bridge = device('tscabcdefb1', { alias: 'tsc-abcdef' })

  it('touches nothing that is live or foreign', () => {
    const interfaces = [
      bridge,
      device(card.link, { master: 'tscabcdefb1' }),
      device('eth0'),
      device('docker0'),
      device('br-idle', { alias: 'somebody' }),
      device('tsc123456b0', { alias: 'tsc-123456' }),
      device('tv00000000', { master: 'tsc123456b0' }),
    ]
    const namespaces = [web.netns, 'tsc-123456-web', 'other']
    expect(reconcileLines(TAG, { interfaces, namespaces }, owned)).toEqual([])
  })

  it('removes bridges, cards and namespaces that nobody owns', () => {
    const interfaces = [
      bridge,
      device(card.link, { master: 'tscabcdefb1' }),
      device('tvstale000', { master: 'tscabcdefb1' }),
      device('tscabcdefb9'),
      device('br-idle', { alias: 'tsc-abcdef' }),
    ]
    expect(reconcileLines(TAG, { interfaces, namespaces: [web.netns, 'tsc-abcdef-old'] }, owned)).toEqual([
      'unlink tvstale000 tscabcdefb9 br-idle',
      'unnetns tsc-abcdef-old',
    ])
  })

  it('puts a missing bridge back', () => {
    expect(reconcileLines(TAG, { interfaces: [], namespaces: [] }, owned)).toEqual([
      'bridge tscabcdefb1 172.18.0.1/16 02:42:ac:12:00:01 1500 tsc-abcdef',
      `master ${card.link} tscabcdefb1`,
      `port ${card.link} 1 0`,
    ])
  })
})
