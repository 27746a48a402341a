import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Host, RunOptions, RunResult } from '../../../../src/engine/host/host.ts'
import { type Firewall, createFirewall } from '../../../../src/engine/network/firewall.ts'
import { type RuleState, rulesText } from '../../../../src/engine/network/rules.ts'

const up: RuleState['networks'] = [
  {
    bridge: 'tscabcdefb1',
    subnet: '172.18.0.0/16',
    gateway: '172.18.0.1',
    internal: false,
    icc: true,
    masquerade: true,
    names: true,
  },
]

describe('firewall', () => {
  let state: RuleState
  let written: string[]
  let present: boolean
  let fail: boolean
  let firewall: Firewall

  const run = async (command: string, args: readonly string[], options?: RunOptions): Promise<RunResult> => {
    if (command === 'nft' && args[0] === '-f') {
      if (fail) throw new Error('nft failed')
      written.push(String(options?.input))
      present = true
    }
    return { exitCode: args[0] === 'list' && !present ? 1 : 0, stdout: '', stderr: '' }
  }

  beforeEach(() => {
    state = { tag: 'abcdef', networks: up, ports: [] }
    written = []
    present = true
    fail = false
    firewall = createFirewall({
      host: { run } as Partial<Host> as Host,
      tag: 'abcdef',
      state: () => state,
      guardInterval: 5,
    })
  })

  it('writes the rules once for calls that come together, and not again while nothing changes', async () => {
    await Promise.all([firewall.apply(), firewall.apply()])
    await firewall.apply()
    expect(written).toEqual([rulesText(state)])
    await firewall.close()
  })

  it('removes the table, also one that is left from before, when there is no network', async () => {
    state = { ...state, networks: [] }
    await firewall.apply()
    expect(written).toEqual([rulesText(state)])
  })

  it('writes the rules again when somebody has removed them', async () => {
    await firewall.apply()
    present = false
    await vi.waitFor(() => expect(written).toHaveLength(2))
    await firewall.close()
  })

  it('does not take rules for written that were refused', async () => {
    fail = true
    await expect(firewall.apply()).rejects.toThrow('nft failed')
    fail = false
    await firewall.apply()
    expect(written).toHaveLength(1)
    await firewall.close()
  })
})
