import { type Node, type Place, type ScalarNode, isNull, scalar } from '../node.ts'
import { itemPath } from '../path.ts'
import type { Report } from '../report.ts'

/** Where a transform works, and where it reports to. */
export interface Site {
  readonly path: string
  readonly report: Report
}

/**
 * Brings one attribute's value into its canonical form. Values of a kind that the schema refuses have been taken out
 * before; undefined removes the value, which is what a transform does after reporting that it cannot be read.
 */
export type Transform = (node: Node, site: Site) => Node | undefined

/** Reports a value that cannot be read. */
export const reject = (site: Site, place: Place, detail: string, hint?: string): undefined => {
  site.report.error({ code: 'E_COMPOSE_VALUE', message: `${site.path}: ${detail}`, path: site.path, place, hint })
}

export const warn = (site: Site, place: Place, detail: string, hint: string): void =>
  site.report.warning({
    code: 'E_COMPOSE_DISCOURAGED',
    message: `${site.path}: ${detail}`,
    path: site.path,
    place,
    hint,
  })

/** Applies transforms one after another. */
export const inTurn =
  (...transforms: readonly Transform[]): Transform =>
  (node, site) => {
    let next: Node | undefined = node
    for (const transform of transforms) next = next && transform(next, site)
    return next
  }

/** For each item of a list; nulls are dropped, an item may become several. */
export const eachItem =
  (transform: (item: Node, site: Site) => Node | readonly Node[] | undefined): Transform =>
  (node, site) => {
    if (node.kind !== 'seq') return node
    const items = node.items.flatMap((item, i) => {
      if (isNull(item)) return []
      return transform(item, { ...site, path: itemPath(site.path, i) }) ?? []
    })
    return { ...node, items }
  }

/** For scalars; null and collections stay. */
export const onScalar =
  (transform: (node: ScalarNode, site: Site) => Node | undefined): Transform =>
  (node, site) =>
    node.kind === 'scalar' && node.value !== null ? transform(node, site) : node

/** Text that must match a pattern. */
export const matching = (pattern: RegExp, wanted: string): Transform =>
  onScalar((node, site) =>
    pattern.test(String(node.value))
      ? scalar(String(node.value), node.at)
      : reject(site, node.at, `"${String(node.value)}" is not ${wanted}`),
  )
