import toposort from 'toposort'

export interface Arrow {
  readonly from: string
  readonly to: string
}

/**
 * All nodes, each after everything it points to.
 * @throws on a cycle; {@link findCycle} names it
 */
export const dependencyOrder = (nodes: readonly string[], arrows: readonly Arrow[]): string[] =>
  toposort.array(
    [...nodes],
    arrows.map(({ from, to }): [string, string] => [to, from]),
  )

/** A shortest-first way round: `[a, b, c, a]`; of several cycles the one met first in the order of `nodes`. */
export const findCycle = (nodes: readonly string[], arrows: readonly Arrow[]): string[] | undefined => {
  const targets = targetsOf(arrows)
  for (const start of nodes) {
    const path = wayBack(start, targets)
    if (path) return path
  }
  return undefined
}

/** Breadth first from `start` until it is met again. */
const wayBack = (start: string, targets: ReadonlyMap<string, readonly string[]>): string[] | undefined => {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const node of queue) {
    for (const next of targets.get(node) ?? []) {
      if (next === start) return [...trail(node, start, cameFrom), start]
      if (cameFrom.has(next)) continue
      cameFrom.set(next, node)
      queue.push(next)
    }
  }
  return undefined
}

const trail = (end: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] => {
  const path = [end]
  while (path[0] !== start) path.unshift(cameFrom.get(path[0] ?? '') ?? start)
  return path
}

/** `starts` and all that can be reached from them. */
export const reachable = (starts: Iterable<string>, arrows: readonly Arrow[]): Set<string> => {
  const targets = targetsOf(arrows)
  const seen = new Set(starts)
  for (const node of seen) {
    for (const next of targets.get(node) ?? []) seen.add(next)
  }
  return seen
}

/** Nodes by their longest way down: level 0 points to nothing, level n to something of level n − 1. Acyclic only. */
export const levelsOf = (nodes: readonly string[], arrows: readonly Arrow[]): string[][] => {
  const order = dependencyOrder(nodes, arrows)
  const targets = targetsOf(arrows)
  const level = new Map<string, number>()
  for (const node of order) {
    const below = (targets.get(node) ?? []).map((target) => level.get(target) ?? 0)
    level.set(node, below.length === 0 ? 0 : Math.max(...below) + 1)
  }
  const levels: string[][] = []
  for (const node of nodes) (levels[level.get(node) ?? 0] ??= []).push(node)
  return levels
}

const targetsOf = (arrows: readonly Arrow[]): Map<string, string[]> => {
  const targets = new Map<string, string[]>()
  for (const { from, to } of arrows) {
    const list = targets.get(from) ?? []
    if (!list.includes(to)) list.push(to)
    targets.set(from, list)
  }
  return targets
}
