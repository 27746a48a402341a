import { describe, expect, it } from 'vitest'
import type { Links } from '../../../../src/engine/network/links.ts'
import { removeEndpoint } from '../../../../src/engine/network/sandbox-plan.ts'
import { createSweeper } from '../../../../src/engine/network/sweeper.ts'
import { join, networkOf, recordOf, sandboxOf } from './fixtures.ts'

describe('sweeper', () => {
  const jobs: (readonly string[])[] = []
  const links: Links = { run: async (lines) => void jobs.push(lines), close: async () => undefined }

  it('removes cards, namespaces and empty bridges of calls that come together in one job', async () => {
    const network = networkOf(recordOf('net'))
    const [a, b] = [sandboxOf('a'), sandboxOf('b')]
    const cards = [join(a, network, '172.18.0.2'), join(b, network, '172.18.0.3')]
    const sweeper = createSweeper(links)
    for (const [i, sandbox] of [a, b].entries()) removeEndpoint(sandbox, cards[i] ?? join(a, network, ''))
    await Promise.all([sweeper.sweep(cards.slice(0, 1), a.netns), sweeper.sweep(cards.slice(1), b.netns)])
    expect(jobs.splice(0)).toEqual([['unlink tvanet2222 tvbnet2222 tscabcdefb1', 'unnetns tsc-abcdef-a tsc-abcdef-b']])
  })

  it('leaves a bridge that has cards', async () => {
    const network = networkOf(recordOf('net'))
    const [a, b] = [sandboxOf('a'), sandboxOf('b')]
    const card = join(a, network, '172.18.0.2')
    join(b, network, '172.18.0.3')
    removeEndpoint(a, card)
    await createSweeper(links).sweep([card], a.netns)
    expect(jobs.splice(0)).toEqual([['unlink tvanet2222', 'unnetns tsc-abcdef-a']])
  })
})
