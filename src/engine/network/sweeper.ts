import { coalesce } from '../../lib/coalesce.ts'
import type { Links } from './links.ts'
import type { Endpoint, Network } from './model.ts'

export interface Sweeper {
  /** Removes cards and a namespace, and the bridges that have no cards left; calls that come together do it at once. */
  sweep(endpoints: readonly Endpoint[], netns?: string): Promise<void>
}

/** A bridge is there while containers are on it: what the last one leaves behind is nothing. */
export const createSweeper = (links: Links): Sweeper => {
  const cards = new Set<string>()
  const spaces = new Set<string>()
  const networks = new Set<Network>()
  const run = coalesce(async () => {
    const empty = [...networks].filter(({ bridge, endpoints }) => bridge && endpoints.size === 0)
    const names = [...cards, ...empty.map(({ record }) => record.bridge)]
    const lines = sweepLines(names, [...spaces])
    cards.clear()
    spaces.clear()
    networks.clear()
    await links.run(lines, { force: true })
  })
  return {
    sweep(endpoints, netns = '') {
      for (const endpoint of endpoints) {
        if (!endpoint.network.bridge) continue
        cards.add(endpoint.link)
        networks.add(endpoint.network)
      }
      if (netns !== '') spaces.add(netns)
      return run()
    },
  }
}

/** Lines for `links.pl` that remove links and namespaces. */
export const sweepLines = (links: readonly string[], spaces: readonly string[]): string[] => [
  ...(links.length > 0 ? [`unlink ${links.join(' ')}`] : []),
  ...(spaces.length > 0 ? [`unnetns ${spaces.join(' ')}`] : []),
]
