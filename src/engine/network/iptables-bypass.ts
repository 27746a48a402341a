import { access } from 'node:fs/promises'
import type { Host } from '../host/host.ts'

const PROGRAMS = ['/usr/sbin/iptables', '/sbin/iptables', '/usr/bin/iptables', '/usr/local/sbin/iptables']

/** Arguments: the interfaces, as iptables writes a prefix; `up` or `down`. Prints `drop` when the policy is that. */
const SCRIPT = `
drops() {
  nft list chain ip filter FORWARD 2>/dev/null | grep -q 'policy drop' && return
  grep -qs filter /proc/net/ip_tables_names && iptables -w -S FORWARD | grep -q '^-P FORWARD DROP'
}
if [ "$2" = down ]; then
  for chain in DOCKER-USER FORWARD; do
    for way in -i -o; do iptables -w -D $chain $way "$1" -j ACCEPT 2>/dev/null; done
  done
fi
drops || exit 0
echo drop
[ "$2" = up ] || exit 0
chain=FORWARD
iptables -w -n -L DOCKER-USER >/dev/null 2>&1 && chain=DOCKER-USER
for way in -i -o; do
  iptables -w -C $chain $way "$1" -j ACCEPT 2>/dev/null || iptables -w -I $chain $way "$1" -j ACCEPT || exit 1
done`

/**
 * `accept` in one nftables table does not save a packet from `drop` in another. Where iptables drops what is forwarded
 * (Docker sets that policy), the engine's bridges are let through in the chain that Docker keeps for its users,
 * or in FORWARD itself; the engine's own table still decides what may pass. With `up` false that is taken back.
 * Resolves to whether the policy is to drop.
 */
export const syncIptables = async (host: Host, tag: string, up: boolean): Promise<boolean> => {
  const installed = await Promise.all(
    PROGRAMS.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  )
  if (!installed.includes(true)) return false
  const { stdout } = await host.run('sh', ['-c', SCRIPT, 'sh', `tsc${tag}b+`, up ? 'up' : 'down'])
  return stdout.includes('drop')
}
