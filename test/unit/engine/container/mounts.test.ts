import { describe, expect, it } from 'vitest'
import { parseBind, wantedMounts } from '../../../../src/engine/container/mounts.ts'
import type { HostConfig, MountSpec } from '../../../../src/port/containers.ts'
import { container } from './fixtures.ts'

const noContainer = (): never => {
  throw new Error('No such container')
}
const mounts = (hostConfig: HostConfig, volumes: Record<string, object> = {}, find = noContainer as never) =>
  wantedMounts({ Volumes: volumes }, hostConfig, find)

describe('parseBind', () => {
  it.each([
    ['/data', { type: 'volume', destination: '/data', readOnly: false }],
    ['name:/data', { type: 'volume', source: 'name', destination: '/data', propagation: '' }],
    ['v:/v', { type: 'volume', source: 'v', destination: '/v' }],
    ['name:/data:ro', { type: 'volume', source: 'name', readOnly: true, mode: 'ro' }],
    ['name:/data:nocopy', { noCopy: true }],
    ['/host:/data', { type: 'bind', source: '/host', propagation: 'rprivate', options: { createSource: true } }],
    ['/host/:/data/', { source: '/host', destination: '/data' }],
    ['/host:/data:ro,rslave', { readOnly: true, propagation: 'rslave', options: { options: ['rslave'] } }],
    ['/host:/data:z', { readOnly: false, mode: 'z' }],
  ])('%s', (text, expected) => expect(parseBind(text)).toMatchObject(expected))

  it('an anonymous volume has no source', () => expect(parseBind('/data')).not.toHaveProperty('source'))

  it.each([
    ['', 'invalid volume specification'],
    [':/data', 'invalid volume specification'],
    ['name:', 'invalid volume specification'],
    ['a:/b:ro:c', 'invalid volume specification'],
    ['name:data', 'mount path must be absolute'],
    ['name:/', "destination can't be '/'"],
    ['name:/a/..', "destination can't be '/'"],
    ['name:/data:rx', 'invalid mode: rx'],
  ])('"%s" is refused', (text, message) => expect(() => parseBind(text)).toThrow(message))
})

describe('wantedMounts', () => {
  it('an own mount goes before those of others, and those before the volumes of the image', () => {
    const other = container({
      mounts: [
        { Type: 'volume', Name: 'theirs', Source: '/v', Destination: '/a', Mode: '', RW: true, Propagation: '' },
        { Type: 'volume', Name: 'theirs', Source: '/v', Destination: '/b', Mode: '', RW: true, Propagation: '' },
      ],
    }).record
    const found = wantedMounts(
      { Volumes: { '/a': {}, '/b': {}, '/c/': {} } },
      { VolumesFrom: ['x'], Binds: ['mine:/b'] },
      () => other,
    )
    expect(found.map(({ destination, source }) => [destination, source])).toEqual([
      ['/a', 'theirs'],
      ['/b', 'mine'],
      ['/c', undefined],
    ])
  })

  it('the later container goes before the earlier one', () => {
    const at = (Name: string) =>
      container({
        mounts: [{ Type: 'volume', Name, Source: '', Destination: '/a', Mode: '', RW: true, Propagation: '' }],
      }).record
    expect(wantedMounts({}, { VolumesFrom: ['one', 'two'] }, at)).toMatchObject([{ source: 'two', noCopy: true }])
  })

  it.each([
    ['x', true, false],
    ['x:rw', true, false],
    ['x:ro', true, true],
    ['x:rw', false, true],
  ])('volumes from %s of what is writable (%s) are read-only: %s', (text, RW, readOnly) => {
    const other = container({
      mounts: [
        { Type: 'bind', Source: '/host', Destination: '/a', Mode: '', RW, Propagation: 'rslave' },
        { Type: 'tmpfs', Source: '', Destination: '/t', Mode: '', RW: true, Propagation: '' },
      ],
    }).record
    const found = wantedMounts({}, { VolumesFrom: [text] }, () => other)
    expect(found).toMatchObject([{ type: 'bind', source: '/host', readOnly, propagation: 'rslave' }])
  })

  it.each(['x:rx', 'x:ro:y'])('volumes from "%s" are refused', (text) =>
    expect(() => mounts({ VolumesFrom: [text] })).toThrow('invalid mode'),
  )

  it.each<HostConfig>([
    { Binds: ['a:/x', 'b:/x'] },
    { Binds: ['a:/x/'], Mounts: [{ Type: 'volume', Target: '/x' }] },
    { Mounts: [{ Type: 'tmpfs', Target: '/x' }], Tmpfs: { '/x': '' } },
  ])('two on one place are refused: %j', (hostConfig) => {
    expect(() => mounts(hostConfig)).toThrow('Duplicate mount point: /x')
  })

  it('reads every kind of mount object', () => {
    const Mounts: MountSpec[] = [
      { Type: 'bind', Source: '/host', Target: '/b', ReadOnly: true, BindOptions: { CreateMountpoint: true } },
      { Type: 'volume', Source: 'v', Target: '/v', VolumeOptions: { NoCopy: true, Labels: { a: '1' } } },
      { Type: 'volume', Source: 'v', Target: '/s', VolumeOptions: { Subpath: 'in/side' } },
      { Type: 'tmpfs', Target: '/t', TmpfsOptions: { SizeBytes: 1024, Mode: 0o700 } },
    ]
    expect(mounts({ Mounts })).toMatchObject([
      { type: 'bind', source: '/host', readOnly: true, options: { options: ['rprivate'], createSource: true } },
      { type: 'volume', source: 'v', noCopy: true, labels: { a: '1' } },
      { type: 'volume', noCopy: true, options: { subpath: 'in/side' } },
      { type: 'tmpfs', options: { options: ['size=1024', 'mode=700'] } },
    ])
  })

  it.each<[string, MountSpec]>([
    ['field Target must not be empty', { Type: 'volume', Target: '' }],
    ['mount path must be absolute', { Type: 'volume', Target: 'data' }],
    ['field Source must not be empty', { Type: 'bind', Target: '/x' }],
    ['mount path must be absolute', { Type: 'bind', Source: 'rel', Target: '/x' }],
    [
      'invalid propagation mode: far',
      { Type: 'bind', Source: '/a', Target: '/x', BindOptions: { Propagation: 'far' } },
    ],
    [
      'subpath must be a relative path',
      { Type: 'volume', Source: 'v', Target: '/x', VolumeOptions: { Subpath: 'a/../..' } },
    ],
    [
      'subpath must be a relative path',
      { Type: 'volume', Source: 'v', Target: '/x', VolumeOptions: { Subpath: '/etc' } },
    ],
  ])('%s', (message, spec) => expect(() => mounts({ Mounts: [spec] })).toThrow(message))

  it('checks the size of a tmpfs', () => {
    expect(mounts({ Tmpfs: { '/t': 'size=64m,mode=700' } })).toMatchObject([
      { options: { options: ['size=64m', 'mode=700'] } },
    ])
    expect(mounts({ Tmpfs: { '/t': 'size=50%' } })).toHaveLength(1)
    expect(() => mounts({ Tmpfs: { '/t': 'size=big' } })).toThrow('invalid tmpfs option "size=big"')
  })
})
