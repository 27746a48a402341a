import { type MapNode, type Node, child, isNull, mapOf, scalar, text, withEntry, withoutEntry } from '../node.ts'
import { scalarText } from '../source/scalar.ts'
import { textAs } from './mappings.ts'
import { type Site, type Transform, eachItem, inTurn, reject } from './transform.ts'

/** An empty network, volume, config or secret is one with defaults; the old `external: {name}` becomes two keys. */
export const resource: Transform = (node, site) => {
  const root = isNull(node) ? mapOf({}, node.at) : node
  if (root.kind !== 'map') return root
  const external = child(root, 'external')
  if (external?.kind === 'map') return oldExternal(root, external, site)
  return external?.kind === 'scalar' && external.value === false ? withoutEntry(root, 'external') : root
}

const oldExternal = (root: MapNode, external: MapNode, site: Site): Node => {
  const name = child(external, 'name')
  site.report.warning({
    code: 'E_COMPOSE_DISCOURAGED',
    message: `${site.path}: external.name is deprecated. Please set name and external: true`,
    path: site.path,
    place: external.at,
  })
  if (name && child(root, 'name')) reject(site, name.at, 'the name is there twice: in "name" and in "external.name"')
  const flagged = withEntry(root, 'external', scalar(true, external.at))
  return name ? withEntry(flagged, 'name', name) : flagged
}

/** `HOST[:CONTAINER[:PERMISSIONS]]` → long form. */
export const devices: Transform = eachItem((item, site) => {
  const spec = text(item)
  if (spec === undefined) return item
  const [source = '', ...rest] = spec.split(':')
  if (source === '' || rest.length > 2) return reject(site, item.at, `"${spec}" is not HOST[:CONTAINER[:PERMISSIONS]]`)
  const isPermissions = rest.length === 1 && /^[rwm]{1,3}$/.test(rest[0] ?? '')
  const target = isPermissions || !rest[0] ? source : rest[0]
  const permissions = isPermissions ? rest[0] : (rest[1] ?? 'rwm')
  return mapOf({ source, target, permissions }, item.at)
})

/** A name alone is a reference by its defaults. */
export const fileReferences: Transform = eachItem(textAs('source'))

export const envFiles: Transform = inTurn(
  (node) => (node.kind === 'scalar' && node.value !== null ? { kind: 'seq', items: [node], at: node.at } : node),
  eachItem(textAs('path')),
)

/** One number for both limits, or soft and hard. */
export const ulimit: Transform = (node, site) => {
  if (node.kind !== 'map') return node
  const soft = child(node, 'soft')
  const hard = child(node, 'hard')
  if (soft?.kind === 'scalar' && hard?.kind === 'scalar' && isAbove(Number(soft.value), Number(hard.value))) {
    const message = `the soft limit ${scalarText(soft.value)} is above the hard limit ${scalarText(hard.value)}`
    return reject(site, soft.at, message)
  }
  return node
}

const isAbove = (soft: number, hard: number): boolean => hard !== -1 && (soft === -1 || soft > hard)
