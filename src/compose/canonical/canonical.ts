import { isIP } from 'node:net'
import { type Node, scalar } from '../node.ts'
import { type Report, createReport } from '../report.ts'
import { type Rewrite, rewrite, ruleTree } from '../rules.ts'
import { command, healthTest } from './command.ts'
import { dependencies, extraHosts, labels, serviceNetworks, textAs, variables } from './mappings.ts'
import { exposedPort, ports } from './ports.ts'
import { devices, envFiles, fileReferences, resource, ulimit } from './resources.ts'
import { type Transform, eachItem, inTurn, matching, onScalar, reject } from './transform.ts'
import { asText, bytes, duration, number, numericMode, octalMode, textList, wholeNumber } from './units.ts'
import { volumes } from './volumes.ts'

const containerName = matching(
  /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/,
  'a container name: letters, digits, "_", "." and "-", two at least',
)
const restart = matching(
  /^(?:|no|always|unless-stopped|on-failure(?::\d+)?)$/,
  'no, always, unless-stopped or on-failure[:N]',
)
const pullPolicy = inTurn(
  matching(
    /^(?:always|never|build|if_not_present|missing|refresh|daily|weekly|every_(?:\d+[wdhms])+)$/,
    'a pull policy',
  ),
  onScalar((node) => (node.value === 'if_not_present' ? scalar('missing', node.at) : node)),
)
const platform = matching(/^[a-z0-9]+(?:\/[a-z0-9_]+(?:\/[a-z0-9]+)?)?$/, 'a platform: OS[/ARCHITECTURE[/VARIANT]]')
const link = matching(/^[^:]+(?::[^:]+)?$/, 'NAME or NAME:ALIAS')
const volumesFrom = matching(/^(?:container:)?[^:]+(?::(?:ro|rw))?$/, 'SERVICE[:ro|rw] or container:NAME[:ro|rw]')
const address = (version: 4 | 6): Transform =>
  onScalar((node, site) =>
    isIP(String(node.value)) === version
      ? node
      : reject(site, node.at, `"${String(node.value)}" is not an IPv${version} address`),
  )
const profile = matching(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, 'a profile name')

/** How each attribute gets its long form. */
const TRANSFORMS: Readonly<Record<string, Transform>> = {
  'services.*.build': textAs('context'),
  'services.*.build.args': variables,
  'services.*.build.labels': labels,
  'services.*.command': command,
  'services.*.configs': fileReferences,
  'services.*.configs.*.mode': octalMode,
  'services.*.container_name': containerName,
  'services.*.cpu_shares': wholeNumber,
  'services.*.cpus': number,
  'services.*.depends_on': dependencies,
  'services.*.deploy.labels': labels,
  'services.*.deploy.resources.limits.cpus': number,
  'services.*.deploy.resources.limits.memory': bytes,
  'services.*.deploy.resources.reservations.cpus': number,
  'services.*.deploy.resources.reservations.memory': bytes,
  'services.*.deploy.restart_policy.delay': duration,
  'services.*.deploy.restart_policy.window': duration,
  'services.*.devices': devices,
  'services.*.dns': textList,
  'services.*.dns_opt': textList,
  'services.*.dns_search': textList,
  'services.*.entrypoint': command,
  'services.*.env_file': envFiles,
  'services.*.environment': variables,
  'services.*.expose': eachItem(exposedPort),
  'services.*.external_links.*': link,
  'services.*.extra_hosts': extraHosts,
  'services.*.group_add': textList,
  'services.*.healthcheck.interval': duration,
  'services.*.healthcheck.start_interval': duration,
  'services.*.healthcheck.start_period': duration,
  'services.*.healthcheck.test': healthTest,
  'services.*.healthcheck.timeout': duration,
  'services.*.label_file': textList,
  'services.*.labels': labels,
  'services.*.links.*': link,
  'services.*.logging.options': labels,
  'services.*.mem_limit': bytes,
  'services.*.mem_reservation': bytes,
  'services.*.memswap_limit': bytes,
  'services.*.networks': serviceNetworks,
  'services.*.networks.*.gw_priority': number,
  'services.*.networks.*.ipv4_address': address(4),
  'services.*.networks.*.ipv6_address': address(6),
  'services.*.networks.*.priority': number,
  'services.*.pids_limit': wholeNumber,
  'services.*.platform': platform,
  'services.*.ports': ports,
  'services.*.profiles.*': profile,
  'services.*.pull_policy': pullPolicy,
  'services.*.restart': restart,
  'services.*.secrets': fileReferences,
  'services.*.secrets.*.mode': octalMode,
  'services.*.shm_size': bytes,
  'services.*.stop_grace_period': duration,
  'services.*.sysctls': labels,
  'services.*.tmpfs': textList,
  'services.*.ulimits.*': ulimit,
  'services.*.volumes': volumes,
  'services.*.volumes.*.tmpfs.mode': numericMode,
  'services.*.volumes.*.tmpfs.size': bytes,
  'services.*.volumes.*.volume.labels': labels,
  'services.*.volumes_from.*': volumesFrom,
  'networks.*': resource,
  'networks.*.driver_opts': labels,
  'networks.*.labels': labels,
  'volumes.*': resource,
  'volumes.*.driver_opts': labels,
  'volumes.*.labels': labels,
  'configs.*': resource,
  'configs.*.content': asText,
  'secrets.*': resource,
}

export interface CanonicalContext {
  readonly report: Report
  /** False: what cannot be read because of an expression in it stays as written. */
  readonly interpolate: boolean
}

/** Short forms become long ones, quantities their canonical text; what cannot be read is reported and left out. */
export const canonical = (root: Node, { report, interpolate }: CanonicalContext): Node => {
  const bind =
    (transform: Transform): Rewrite =>
    (node, path) => {
      if (interpolate || !holdsExpression(node)) return transform(node, { path, report })
      const trial = createReport()
      const result = transform(node, { path, report: trial })
      return trial.errors.length > 0 ? node : result
    }
  const rules = ruleTree(Object.fromEntries(Object.entries(TRANSFORMS).map(([path, rule]) => [path, bind(rule)])))
  return rewrite(root, rules) ?? root
}

const holdsExpression = (node: Node): boolean => {
  if (node.kind === 'scalar') return typeof node.value === 'string' && node.value.includes('$')
  if (node.kind === 'seq') return node.items.some(holdsExpression)
  return [...node.entries.values()].some(({ value }) => holdsExpression(value))
}
