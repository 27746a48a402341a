import { describe, expect, it } from 'vitest'
import { isAppError } from '../../../src/errors/app-error.ts'
import { GraphCycleError, checkAcyclic } from '../../../src/graph/cycle.ts'
import { levels, serviceOrder, subgraph, withDependencies, withDependents } from '../../../src/graph/order.ts'
import { serviceGraph } from '../../../src/graph/service-graph.ts'
import { completedWell, healthy, started } from '../../support/project.ts'

const where = (path: string) => ({ file: 'compose.yml', line: path.length, column: 1 })

const shop = serviceGraph({
  services: {
    web: { links: ['api:backend'], volumes_from: ['assets:ro', 'container:other'], depends_on: { api: started } },
    api: { depends_on: { db: healthy, migrate: completedWell } },
    migrate: { depends_on: { db: { ...healthy, required: false, restart: true } } },
    db: {},
    assets: {},
    debug: { network_mode: 'service:api', ipc: 'service:db', pid: 'host' },
  },
})

describe('serviceGraph', () => {
  it('has an edge for every reference to another service', () => {
    expect(shop.edges.map(({ from, to, kind, condition }) => `${from} ${to} ${kind} ${condition}`)).toEqual([
      'web api links service_started',
      'web assets volumes_from service_started',
      'api db depends_on service_healthy',
      'api migrate depends_on service_completed_successfully',
      'migrate db depends_on service_healthy',
      'debug api network_mode service_started',
      'debug db ipc service_started',
    ])
  })

  it('says whether an edge is required and whether it hands restarts on', () => {
    const flags = shop.edges.map(({ from, to, required, restart }) => `${from} ${to} ${required} ${restart}`)
    expect(flags).toContain('migrate db false true')
    expect(flags).toContain('web assets true false')
    expect(flags).toContain('debug api true true')
  })

  it('takes the restart of a plain depends_on beside another reference', () => {
    const { edges } = serviceGraph({
      services: { a: { volumes_from: ['b'], depends_on: { b: { ...started, restart: true } } }, b: {} },
    })
    expect(edges).toMatchObject([{ kind: 'volumes_from', restart: true }])
  })

  it('knows the place of every edge', () => {
    const { edges } = serviceGraph({ services: { a: { links: ['b'] }, b: {} } }, where)
    expect(edges[0]?.where).toEqual(where('services.a.links.0'))
  })
})

describe('order', () => {
  it('has dependencies first', () => {
    const order = serviceOrder(shop)
    for (const { from, to } of shop.edges) expect(order.indexOf(to)).toBeLessThan(order.indexOf(from))
    expect([...order].sort()).toEqual([...shop.nodes].sort())
  })

  it('has levels of services that can come up together', () => {
    expect(levels(shop)).toEqual([['db', 'assets'], ['migrate'], ['api'], ['web', 'debug']])
  })

  it('finds what a service needs and what needs it', () => {
    expect(withDependencies(shop, ['api'])).toEqual(['api', 'migrate', 'db'])
    expect(withDependents(shop, ['assets'])).toEqual(['web', 'assets'])
    expect(withDependents(shop, ['db'], (edge) => edge.restart)).toEqual(['migrate', 'db', 'debug'])
    expect(subgraph(shop, new Set(['web', 'api', 'db'])).edges).toHaveLength(2)
  })
})

describe('a cycle', () => {
  const cyclic = serviceGraph(
    {
      services: {
        x: { depends_on: { a: started } },
        a: { depends_on: { b: healthy } },
        b: { links: ['c'] },
        c: { network_mode: 'service:a', volumes_from: ['a'] },
      },
    },
    where,
  )

  const thrown = (): unknown => {
    try {
      checkAcyclic(cyclic)
      return undefined
    } catch (error) {
      return error
    }
  }

  it('is reported as its path, with the place of every edge that makes it', () => {
    const error = thrown()
    expect(isAppError(error, 'E_GRAPH_CYCLE')).toBe(true)
    expect(error).toBeInstanceOf(GraphCycleError)
    if (!(error instanceof GraphCycleError)) return
    expect(error.message).toBe('Services need each other in a circle: a → b → c → a')
    expect(error.diagnostics.map(({ message, where }) => `${where?.line ?? '-'} ${message}`)).toEqual([
      '- Services need each other in a circle: a → b → c → a',
      '23 "a" needs "b" by depends_on',
      '18 "b" needs "c" by links',
      '25 "c" needs "a" by volumes_from',
      '23 "c" needs "a" by network_mode',
    ])
  })

  it('stops order and levels', () => {
    expect(() => serviceOrder(cyclic)).toThrow('a → b → c → a')
    expect(() => levels(cyclic)).toThrow('a → b → c → a')
  })

  it('may be one service that needs itself', () => {
    expect(() => checkAcyclic(serviceGraph({ services: { a: { links: ['a'] } } }))).toThrow('circle: a → a')
  })
})
