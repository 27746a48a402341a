import { access } from 'node:fs/promises'
import type { Host } from '../host/host.ts'

const PROGRAMS = ['/usr/sbin/iptables', '/sbin/iptables', '/usr/bin/iptables', '/usr/local/sbin/iptables']

/**
 * `accept` in one nftables table does not save a packet from `drop` in another. Where iptables drops what is forwarded
 * (Docker sets that policy), the engine's bridges are let through in the chain that Docker keeps for its users,
 * or in FORWARD itself. The engine's own table still decides what may pass.
 */
const ADD = `
{ nft list chain ip filter FORWARD | grep -q 'policy drop' ||
  { grep -q filter /proc/net/ip_tables_names && iptables -w -S FORWARD | grep -q '^-P FORWARD DROP'; }; } 2>/dev/null || exit 0
chain=FORWARD
iptables -w -n -L DOCKER-USER >/dev/null 2>&1 && chain=DOCKER-USER
for way in -i -o; do
  iptables -w -C $chain $way "$1" -j ACCEPT 2>/dev/null || iptables -w -I $chain $way "$1" -j ACCEPT || exit 1
done`

const REMOVE = `
for chain in DOCKER-USER FORWARD; do
  for way in -i -o; do iptables -w -D $chain $way "$1" -j ACCEPT 2>/dev/null; done
done
exit 0`

/** Lets the bridges of one engine through a forwarding policy of iptables, or takes that back. */
export const setIptablesBypass = async (host: Host, tag: string, wanted: boolean): Promise<void> => {
  const installed = await Promise.all(PROGRAMS.map((path) => access(path).then(Boolean.bind(null, true), () => false)))
  if (!installed.includes(true)) return
  await host.run('sh', ['-c', wanted ? ADD : REMOVE, 'sh', `tsc${tag}b+`])
}
