import { posix } from 'node:path'
import { suggest } from '../../lib/suggest.ts'
import { type Node, child, mapOf, scalar, text, withEntry } from '../node.ts'
import { type Site, type Transform, eachItem, reject, warn } from './transform.ts'

const PROPAGATIONS = ['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave']
const OPTIONS = ['ro', 'rw', 'z', 'Z', 'nocopy', ...PROPAGATIONS]
const HINT = 'Write [SOURCE:]TARGET[:OPTIONS]; the source is a volume, or a path that starts with "." "/" or "~"'

/** Short forms → long forms; targets are cleaned as paths. */
export const volumes: Transform = eachItem((item, site) => {
  const source = text(item)
  return source === undefined ? longVolume(item, site) : shortVolume(source, item, site)
})

const shortVolume = (spec: string, item: Node, site: Site): Node | undefined => {
  const parts = spec.split(':')
  if (spec === '') return reject(site, item.at, 'the volume is empty', HINT)
  if (parts.length > 3) return reject(site, item.at, `"${spec}" has too many colons`, HINT)
  const [source, target, options = ''] = parts.length === 1 ? [undefined, parts[0]] : parts
  if (source === '' || target === undefined || target === '') {
    return reject(site, item.at, `"${spec}" lacks a ${source === '' ? 'source' : 'target'}`, HINT)
  }
  const flags = readOptions(options, item, site)
  const isPath = source !== undefined && /^[./~]/.test(source)
  return mapOf(
    {
      type: isPath ? 'bind' : 'volume',
      source,
      target: posix.normalize(target).replace(/(?<=.)\/$/, ''),
      read_only: flags.has('ro') ? true : undefined,
      ...(isPath ? { bind: bindOf(flags, item) } : { volume: volumeOf(flags, item) }),
    },
    item.at,
  )
}

const readOptions = (options: string, item: Node, site: Site): ReadonlySet<string> => {
  const flags = new Set(options === '' ? [] : options.split(','))
  for (const flag of flags) {
    if (OPTIONS.includes(flag)) continue
    const guess = suggest(flag, OPTIONS)
    const hint = guess ? `Did you mean "${guess}"?` : `Use some of ${OPTIONS.join(', ')}`
    warn(site, item.at, `"${flag}" is no volume option and has no effect`, hint)
  }
  return flags
}

const bindOf = (flags: ReadonlySet<string>, { at }: Node): Node =>
  mapOf(
    {
      selinux: flags.has('z') ? 'z' : flags.has('Z') ? 'Z' : undefined,
      propagation: PROPAGATIONS.find((propagation) => flags.has(propagation)),
      create_host_path: true,
    },
    at,
  )

const volumeOf = (flags: ReadonlySet<string>, { at }: Node): Node =>
  mapOf({ nocopy: flags.has('nocopy') ? true : undefined }, at)

const SUPPORTED_TYPES = ['bind', 'volume', 'tmpfs']

const longVolume = (item: Node, site: Site): Node | undefined => {
  const type = child(item, 'type')
  const target = child(item, 'target')
  if (item.kind !== 'map' || !type) return item
  const name = text(type) ?? ''
  if (!SUPPORTED_TYPES.includes(name)) {
    const message = `${site.path}: volumes of type "${name}" are not supported yet`
    site.report.error({ code: 'E_COMPOSE_UNSUPPORTED', message, path: site.path, place: type.at })
    return undefined
  }
  if (name === 'bind' && !child(item, 'source')) return reject(site, item.at, 'a bind mount needs a "source"')
  if (name === 'tmpfs' && child(item, 'source')) {
    return reject(site, child(item, 'source')?.at ?? item.at, 'a tmpfs has no "source"')
  }
  const path = text(target)
  if (!target || path === undefined || path === '') return reject(site, item.at, 'the "target" is missing')
  return withEntry(item, 'target', scalar(posix.normalize(path).replace(/(?<=.)\/$/, ''), target.at))
}
