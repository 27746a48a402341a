import type { Node, Place } from './node.ts'

/** Path of a mapping's value as messages show it: `services.web`. */
export const keyPath = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

/** Path of a list's item: `services.web.ports[0]`. */
export const itemPath = (path: string, index: number): string => `${path}[${index}]`

/**
 * Place of the node at a path (`services.web.ports[0]`, or `.0`), or of the nearest ancestor that is there:
 * a scalar's own place, a collection's key.
 */
export const placeAt = (root: Node, path: string): Place | undefined => {
  const parts = path.replaceAll(/\[(\d+)\]/g, '.$1')
  return find(root, parts, undefined)
}

const find = (node: Node, rest: string, key: Place | undefined): Place => {
  const here = key === undefined || (node.kind === 'scalar' && node.value !== null) ? node.at : key
  if (rest === '') return here
  if (node.kind === 'seq') {
    const index = /^(\d+)(?:\.|$)/.exec(rest)
    const item = index ? node.items[Number(index[1])] : undefined
    return item && index ? find(item, rest.slice(index[0].length), item.at) : here
  }
  if (node.kind === 'map') {
    for (let end = rest.length; end > 0; end = rest.lastIndexOf('.', end - 1)) {
      const found = node.entries.get(rest.slice(0, end))
      if (found) return find(found.value, rest.slice(end + 1), found.key)
    }
  }
  return here
}
