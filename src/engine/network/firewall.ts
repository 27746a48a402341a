import { coalesce } from '../../lib/coalesce.ts'
import { settleAll } from '../../lib/settle-all.ts'
import type { Host } from '../host/host.ts'
import { syncIptables } from './iptables-bypass.ts'
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
  close(): Promise<void>
}

const GUARD_INTERVAL = 8000

/** Keeps the engine's nftables table equal to the desired state, also when someone else flushes it. */
export const createFirewall = (options: FirewallOptions): Firewall => {
  const { host, tag } = options
  let applied: string | undefined
  /** Whether iptables drops what is forwarded, as seen last; and whether it has our exception. */
  let drops: boolean | undefined
  let excepted = false
  let guard: NodeJS.Timeout | undefined
  let closed = false
  let checking: Promise<void> = Promise.resolve()

  const isUp = (): boolean => options.state().networks.length > 0

  const syncBypass = async (): Promise<void> => {
    const up = isUp()
    drops = await syncIptables(host, tag, up)
    excepted = up && drops
  }

  const apply = coalesce(async () => {
    const state = options.state()
    const text = rulesText(state)
    if (text === applied) return
    applied = undefined
    const up = state.networks.length > 0
    const bypass = drops === undefined || excepted !== (up && drops)
    await settleAll([host.run('nft', ['-f', '-'], { input: text }), ...(bypass ? [syncBypass()] : [])])
    applied = text
    watch(up)
  })

  const watch = (wanted: boolean): void => {
    if (!wanted) clearInterval(guard)
    guard = wanted ? (guard ?? setInterval(tick, options.guardInterval ?? GUARD_INTERVAL).unref()) : undefined
  }

  /** Looks whether the rules are still there. A failed check is made again at the next tick. */
  const tick = (): void => {
    checking = check().catch(() => undefined)
  }

  const check = async (): Promise<void> => {
    if (!isUp()) return
    const seen = await host.run('nft', ['list', 'chain', 'inet', `tsc-${tag}`, 'forward'], { allowFailure: true })
    if (closed) return
    if (seen.exitCode !== 0) applied = undefined
    await settleAll([apply(), syncBypass()])
  }

  return {
    apply,
    async close() {
      closed = true
      watch(false)
      await checking
    },
  }
}
