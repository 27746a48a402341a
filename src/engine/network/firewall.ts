import { coalesce } from '../../lib/coalesce.ts'
import type { Host } from '../host/host.ts'
import { setIptablesBypass } from './iptables-bypass.ts'
import { type RuleState, rulesText } from './rules.ts'

export interface FirewallOptions {
  readonly host: Host
  readonly tag: string
  /** The desired state, asked for when rules are about to be written. */
  state(): RuleState
  /** How often the rules are looked for, in milliseconds. */
  readonly guardInterval?: number
}

export interface Firewall {
  /** Resolves when the kernel has the desired rules; calls that come together write them once, unchanged ones not at all. */
  apply(): Promise<void>
  /** Stops looking after the rules, which stay. */
  close(): void
}

const GUARD_INTERVAL = 8000

/** Keeps the engine's nftables table equal to the desired state, also when someone else flushes it. */
export const createFirewall = (options: FirewallOptions): Firewall => {
  const { host, tag } = options
  let applied: string | undefined
  let bypass: boolean | undefined
  let guard: NodeJS.Timeout | undefined

  const apply = coalesce(async () => {
    const state = options.state()
    const text = rulesText(state)
    if (text === applied) return
    const up = state.networks.length > 0
    applied = undefined
    await Promise.all([
      host.run('nft', ['-f', '-'], { input: text }),
      ...(up === bypass ? [] : [setIptablesBypass(host, tag, up)]),
    ])
    applied = text
    bypass = up
    watch(up)
  })

  const watch = (wanted: boolean): void => {
    if (!wanted) {
      clearInterval(guard)
      guard = undefined
      return
    }
    guard ??= setInterval(() => void check().catch(() => undefined), options.guardInterval ?? GUARD_INTERVAL).unref()
  }

  const check = async (): Promise<void> => {
    const seen = await host.run('nft', ['list', 'chain', 'inet', `tsc-${tag}`, 'forward'], { allowFailure: true })
    if (seen.exitCode === 0) return
    applied = undefined
    bypass = undefined
    await apply()
  }

  return {
    apply,
    close: () => watch(false),
  }
}
