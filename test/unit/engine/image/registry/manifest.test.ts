import { describe, expect, it } from 'vitest'
import { choosePlatform, parseManifest } from '../../../../../src/engine/image/registry/manifest.ts'
import { sha256 } from '../../../../../src/spec/sha256.ts'

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const INDEX = 'application/vnd.oci.image.index.v1+json'
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'
const layer = { mediaType: LAYER, digest: sha256('l'), size: 1 }
const good = { schemaVersion: 2, config: { mediaType: '', digest: sha256('c'), size: 2 }, layers: [layer] }

const parse = (value: unknown, type = MANIFEST) => parseManifest(Buffer.from(JSON.stringify(value)), type)

it('a manifest is read', () => {
  expect(parse(good, `${MANIFEST}; charset=utf-8`)).toMatchObject({ kind: 'manifest', layers: [layer] })
})

describe('what is refused', () => {
  const table: readonly (readonly [title: string, value: unknown, type: string, message: string])[] = [
    ['manifest and index at once', { ...good, manifests: [] }, MANIFEST, 'manifest and index at once'],
    ['another type than it was sent as', { ...good, mediaType: INDEX }, MANIFEST, 'says'],
    ['the old format', { schemaVersion: 1 }, 'application/vnd.docker.distribution.manifest.v1+prettyjws', 'schema 1'],
    ['an unknown type', good, 'text/html', 'not supported'],
    [
      'a digest that is a path',
      { ...good, config: { digest: 'sha256:../../x', size: 1 } },
      MANIFEST,
      'no sha256 digest',
    ],
    ['a negative size', { ...good, layers: [{ ...layer, size: -1 }] }, MANIFEST, 'the size of'],
    ['a size that is no number', { ...good, layers: [{ ...layer, size: '1' }] }, MANIFEST, 'the size of'],
    ['an unknown layer', { ...good, layers: [{ ...layer, mediaType: 'application/x' }] }, MANIFEST, '"application/x"'],
    ['no layers', { ...good, layers: undefined }, MANIFEST, 'no list "layers"'],
    ['too many layers', { ...good, layers: Array.from({ length: 501 }, () => layer) }, MANIFEST, 'more than 500'],
    ['a list', [], MANIFEST, 'no object'],
  ]
  for (const [title, value, type, message] of table) {
    it(`is ${title}`, () => {
      expect(() => parse(value, type)).toThrow(
        expect.objectContaining({ code: 'E_IMAGE_INVALID', message: expect.stringContaining(message) }),
      )
    })
  }

  it('what is no JSON', () => {
    expect(() => parseManifest(Buffer.from('<html>'), MANIFEST)).toThrow('no JSON')
  })
})

describe('platforms', () => {
  const entry = (architecture: string, variant?: string, os = 'linux') => ({
    ...layer,
    digest: sha256(architecture + (variant ?? '') + os),
    platform: { os, architecture, ...(variant ? { variant } : {}) },
  })
  const choose = (entries: readonly object[], architecture: string, variant?: string) => {
    const index = parse({ schemaVersion: 2, manifests: entries }, INDEX)
    if (index.kind !== 'index') throw new Error('no index')
    return choosePlatform(index, { os: 'linux', architecture, ...(variant ? { variant } : {}) }).digest
  }

  it('are matched, with the variants that an architecture runs', () => {
    const all = [entry('unknown', undefined, 'unknown'), entry('amd64'), entry('arm', 'v6'), entry('arm64', 'v8')]
    expect(choose(all, 'amd64')).toBe(sha256('amd64linux'))
    expect(choose(all, 'arm')).toBe(sha256('armv6linux'))
    expect(choose(all, 'arm64')).toBe(sha256('arm64v8linux'))
    expect(() => choose(all, 'arm', 'v7')).toThrow('no matching manifest for linux/arm/v7')
    expect(() => choose(all, 's390x')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('linux/arm/v6') }),
    )
  })
})
