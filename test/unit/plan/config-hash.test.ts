import { describe, expect, it } from 'vitest'
import type { ServiceModel } from '../../../src/compose/model.ts'
import { changedFields, configHash, fieldHashes, networkHash, volumeHash } from '../../../src/plan/config-hash.ts'
import recorded from './data/config-hashes.json' with { type: 'json' }

/** `docker-compose 2.40.3 config --format json` and `config --hash`, with `$$` read as `$`. */
const cases = recorded as unknown as readonly { name: string; hash: string; service: ServiceModel }[]

/** The same value with the keys of every object the other way round. */
const backwards = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(backwards)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, backwards(item)]),
  )
}

describe('configHash', () => {
  it.each(cases)('is what docker compose prints: $name', ({ service, hash }) => {
    expect(configHash(service)).toBe(hash)
  })

  it.each(cases)('does not depend on the order of keys: $name', ({ service, hash }) => {
    expect(configHash(backwards(service) as ServiceModel)).toBe(hash)
  })

  it('is a hash of its own for every recorded service that differs in what counts', () => {
    const same = cases.filter(({ hash }) => hash === cases[0]?.hash).map(({ name }) => name)
    expect(same).toEqual([
      'image only',
      'scale, build, profiles and pull policy are not in it',
      'depends_on is not in it',
      'extension fields are not in it',
    ])
    expect(new Set(cases.map(({ hash }) => hash)).size).toBe(cases.length - same.length + 1)
  })

  it('counts an environment variable without value apart from one that is empty', () => {
    expect(configHash({ environment: { A: null } })).not.toBe(configHash({ environment: { A: '' } }))
  })
})

describe('changedFields', () => {
  const before = fieldHashes({ image: 'a', environment: { A: '1', 'B,=': '2' }, tty: true })

  it('names attributes and single variables that changed, came or went', () => {
    const after = fieldHashes({ image: 'b', environment: { A: '1', 'B,=': '3', C: '' } })
    expect(changedFields(before, after)).toEqual(['environment.B,=', 'environment.C', 'image', 'tty'])
  })

  it('is empty for equal services', () => {
    expect(changedFields(before, fieldHashes({ tty: true, environment: { 'B,=': '2', A: '1' }, image: 'a' }))).toEqual(
      [],
    )
  })

  it('reads hashes that hold no value', () => {
    expect(fieldHashes({ environment: { PASSWORD: 'swordfish' } })).not.toContain('swordfish')
  })
})

describe('networkHash and volumeHash', () => {
  it('write ipam even when it is empty, as the Go struct does', () => {
    expect(networkHash({ name: 'p_default' })).toBe(networkHash({ name: 'p_default', ipam: {} }))
  })

  it('take an unnamed volume driver for local', () => {
    expect(volumeHash({ name: 'p_data' })).toBe(volumeHash({ name: 'p_data', driver: 'local' }))
  })
})
