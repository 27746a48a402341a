import type { Field, Shape } from './go-json.ts'

const scalar = 'scalar'
const list: Shape = { list: scalar }
const map: Shape = { map: scalar }
const opt = (key: string, shape: Shape = scalar): Field => [key, shape, 'empty']
const pointer = (key: string): Field => [key, scalar, 'absent']
const struct = (...fields: Field[]): Shape => ({ struct: fields })

const fileReference = struct(opt('source'), opt('target'), opt('uid'), opt('gid'), pointer('mode'))

const resource = struct(opt('cpus', 'float32'), opt('memory', 'bytes'), opt('pids'))

const deploy = struct(
  opt('mode'),
  opt('labels', map),
  ['resources', struct(opt('limits', resource), opt('reservations', resource)), 'value'],
  opt('restart_policy', struct(opt('condition'), pointer('delay'), pointer('max_attempts'), pointer('window'))),
  ['placement', struct(), 'value'],
  opt('endpoint_mode'),
)

const healthcheck = struct(
  opt('test', list),
  pointer('timeout'),
  pointer('interval'),
  pointer('retries'),
  pointer('start_period'),
  pointer('start_interval'),
  opt('disable'),
)

const network = struct(
  opt('aliases', list),
  opt('driver_opts', map),
  opt('gw_priority'),
  opt('interface_name'),
  opt('ipv4_address'),
  opt('ipv6_address'),
  opt('link_local_ips', list),
  opt('mac_address'),
  opt('priority'),
)

const port = struct(
  opt('name'),
  opt('mode'),
  opt('host_ip'),
  opt('target'),
  opt('published'),
  opt('protocol'),
  opt('app_protocol'),
)

const volume = struct(
  opt('type'),
  opt('source'),
  opt('target'),
  opt('read_only'),
  opt('consistency'),
  opt('bind', struct(opt('selinux'), opt('propagation'), opt('create_host_path'), opt('recursive'))),
  opt('volume', struct(opt('labels', map), opt('nocopy'), opt('subpath'))),
  opt('tmpfs', struct(opt('size', 'bytes'), opt('mode'))),
)

/**
 * The attributes of a service that the config hash is made of, in the order of compose-go's `types.ServiceConfig`
 * (2.9). Not among them, as in docker compose: `build`, `pull_policy`, `scale`, `deploy.replicas`, `depends_on`,
 * `profiles` and all that starts with `x-`.
 */
export const SERVICE_FIELDS: readonly Field[] = [
  pointer('attach'),
  opt('cap_add', list),
  opt('cap_drop', list),
  opt('cpus', 'float32'),
  opt('cpuset'),
  opt('cpu_shares'),
  ['command', list, 'null'],
  opt('configs', { list: fileReference }),
  opt('container_name'),
  opt('deploy', deploy),
  opt('devices', { list: struct(opt('source'), opt('target'), opt('permissions')) }),
  opt('dns', list),
  opt('dns_opt', list),
  opt('dns_search', list),
  opt('domainname'),
  ['entrypoint', list, 'null'],
  opt('environment', map),
  opt('expose', list),
  opt('external_links', list),
  opt('extra_hosts', list),
  opt('group_add', list),
  opt('hostname'),
  opt('healthcheck', healthcheck),
  opt('image'),
  pointer('init'),
  opt('ipc'),
  opt('labels', map),
  opt('links', list),
  opt('logging', struct(opt('driver'), opt('options', map))),
  opt('mem_limit', 'bytes'),
  opt('mem_reservation', 'bytes'),
  opt('memswap_limit', 'bytes'),
  opt('network_mode'),
  opt('networks', { map: network }),
  opt('pid'),
  opt('pids_limit'),
  opt('platform'),
  opt('ports', { list: port }),
  opt('privileged'),
  opt('read_only'),
  opt('restart'),
  opt('secrets', { list: fileReference }),
  opt('security_opt', list),
  opt('shm_size', 'bytes'),
  opt('stdin_open'),
  pointer('stop_grace_period'),
  opt('stop_signal'),
  opt('sysctls', map),
  opt('tmpfs', list),
  opt('tty'),
  opt('ulimits', { map: { struct: [opt('soft'), opt('hard')], orNumber: true } }),
  opt('user'),
  opt('volumes', { list: volume }),
  opt('volumes_from', list),
  opt('working_dir'),
]

const pool = struct(opt('subnet'), opt('gateway'), opt('ip_range'), opt('aux_addresses', map))

/** `types.NetworkConfig`. */
export const NETWORK_FIELDS: readonly Field[] = [
  opt('name'),
  opt('driver'),
  opt('driver_opts', map),
  ['ipam', struct(opt('driver'), opt('config', { list: pool })), 'value'],
  opt('external'),
  opt('internal'),
  opt('attachable'),
  opt('labels', map),
  pointer('enable_ipv6'),
]

/** `types.VolumeConfig`. */
export const VOLUME_FIELDS: readonly Field[] = [
  opt('name'),
  opt('driver'),
  opt('driver_opts', map),
  opt('external'),
  opt('labels', map),
]
