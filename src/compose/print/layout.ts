/** How a value of the model is printed: which keys, in which order, and which are left out when empty. */
export type Layout =
  | { readonly kind: 'struct'; readonly fields: readonly Field[] }
  /** Keys in the format's own order. */
  | { readonly kind: 'map'; readonly of: Layout }
  | { readonly kind: 'list'; readonly of: Layout }
  /** Anything, as it is. */
  | { readonly kind: 'any' }

export interface Field {
  readonly key: string
  readonly layout: Layout
  /** Printed even when false, 0 or empty. */
  readonly keep: boolean
  /** What JSON shows where the value is absent. */
  readonly json?: 'null' | 'empty'
}

const any: Layout = { kind: 'any' }
const mapOf = (of: Layout): Layout => ({ kind: 'map', of })
const listOf = (of: Layout): Layout => ({ kind: 'list', of })
const texts = mapOf(any)

/**
 * A struct from its keys in order, each with marks: `!` keep when empty, `=` null in JSON when absent,
 * `~` an empty mapping in JSON when absent.
 */
const struct = (keys: string, layouts: Readonly<Record<string, Layout>> = {}): Layout => ({
  kind: 'struct',
  fields: keys
    .trim()
    .split(/\s+/)
    .map((word): Field => {
      const key = word.replace(/[!=~]$/, '')
      const mark = word.slice(key.length)
      return {
        key,
        layout: layouts[key] ?? any,
        keep: mark === '!' || mark === '=',
        ...(mark === '=' ? { json: 'null' } : mark === '~' ? { json: 'empty' } : {}),
      }
    }),
})

const build = struct('context dockerfile dockerfile_inline args labels no_cache pull network target tags', {
  args: texts,
  labels: texts,
})
const dependency = struct('condition restart required!')
const fileReference = struct('source target uid gid mode!')
const deploy = struct('replicas! labels resources~ restart_policy! placement~', {
  labels: texts,
  resources: struct('limits! reservations!', {
    limits: struct('cpus memory pids'),
    reservations: struct('cpus memory'),
  }),
  restart_policy: struct('condition delay! max_attempts! window!'),
})
const healthcheck = struct('test timeout! interval! retries! start_period! start_interval! disable')
const port = struct('name mode host_ip target published protocol app_protocol')
const serviceNetwork = struct('aliases gw_priority ipv4_address ipv6_address mac_address priority')
const serviceVolume = struct('type source target read_only consistency bind! volume! tmpfs!', {
  bind: struct('selinux propagation create_host_path recursive'),
  volume: struct('labels nocopy subpath', { labels: texts }),
  tmpfs: struct('size mode'),
})

const service = struct(
  `profiles attach! build! cap_add cap_drop cpus cpuset cpu_shares command= configs container_name depends_on deploy!
   devices dns dns_opt dns_search domainname entrypoint= environment env_file expose external_links extra_hosts group_add
   hostname healthcheck! image init! ipc labels label_file links logging! mem_limit mem_reservation memswap_limit network_mode
   networks pid pids_limit platform ports privileged pull_policy read_only restart scale! secrets security_opt
   shm_size stdin_open stop_grace_period! stop_signal sysctls tmpfs tty ulimits user volumes volumes_from working_dir`,
  {
    build,
    configs: listOf(fileReference),
    depends_on: mapOf(dependency),
    deploy,
    devices: listOf(struct('source target permissions')),
    environment: texts,
    healthcheck,
    labels: texts,
    logging: struct('driver options', { options: texts }),
    networks: mapOf(serviceNetwork),
    ports: listOf(port),
    secrets: listOf(fileReference),
    sysctls: texts,
    ulimits: mapOf(struct('soft hard')),
    volumes: listOf(serviceVolume),
  },
)

const network = struct('name driver driver_opts ipam~ external internal attachable labels enable_ipv6!', {
  driver_opts: texts,
  ipam: struct('driver config', {
    config: listOf(struct('subnet gateway ip_range aux_addresses', { aux_addresses: texts })),
  }),
  labels: texts,
})
const volume = struct('name driver driver_opts external labels', { driver_opts: texts, labels: texts })
const fileObject = struct('name file environment content external')

/** The whole model; its `x-` keys follow. */
export const PROJECT = struct('name services! networks volumes secrets configs', {
  services: mapOf(service),
  networks: mapOf(network),
  volumes: mapOf(volume),
  secrets: mapOf(fileObject),
  configs: mapOf(fileObject),
})
