import type { ScalarValue } from '../node.ts'

/** Turns a string into the type its attribute needs; undefined when it cannot be read so. */
export interface Cast {
  readonly name: string
  readonly read: (text: string) => ScalarValue | undefined
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  y: true,
  yes: true,
  on: true,
  false: false,
  n: false,
  no: false,
  off: false,
}

const boolean: Cast = { name: 'true or false', read: (text) => BOOLEANS[text.toLowerCase()] }
const integer: Cast = {
  name: 'a whole number',
  read: (text) => (/^[-+]?\d+$/.test(text) ? Number(text) : undefined),
}
const float: Cast = {
  name: 'a number',
  read: (text) => (text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text)),
}
const mode: Cast = { name: 'an octal mode', read: (text) => (/^[0-7]+$/.test(text) ? text : undefined) }

/** Spellings of a boolean that only YAML 1.1 has. */
export const isOldBoolean = (text: string): boolean => /^(?:y|yes|on|n|no|off)$/i.test(text)

/** Attributes whose strings are read as another type, so that `read_only: ${FLAG}` works. */
export const CASTS: Readonly<Record<string, Cast>> = {
  'services.*.attach': boolean,
  'services.*.build.no_cache': boolean,
  'services.*.build.pull': boolean,
  'services.*.configs.*.mode': mode,
  'services.*.cpu_shares': integer,
  'services.*.cpus': float,
  'services.*.depends_on.*.required': boolean,
  'services.*.depends_on.*.restart': boolean,
  'services.*.deploy.replicas': integer,
  'services.*.deploy.resources.limits.cpus': float,
  'services.*.deploy.resources.limits.pids': integer,
  'services.*.deploy.resources.reservations.cpus': float,
  'services.*.deploy.restart_policy.max_attempts': integer,
  'services.*.env_file.*.required': boolean,
  'services.*.healthcheck.disable': boolean,
  'services.*.healthcheck.retries': integer,
  'services.*.init': boolean,
  'services.*.networks.*.gw_priority': integer,
  'services.*.networks.*.priority': integer,
  'services.*.pids_limit': integer,
  'services.*.ports.*.target': integer,
  'services.*.privileged': boolean,
  'services.*.read_only': boolean,
  'services.*.scale': integer,
  'services.*.secrets.*.mode': mode,
  'services.*.stdin_open': boolean,
  'services.*.tty': boolean,
  'services.*.ulimits.*': integer,
  'services.*.ulimits.*.hard': integer,
  'services.*.ulimits.*.soft': integer,
  'services.*.volumes.*.bind.create_host_path': boolean,
  'services.*.volumes.*.read_only': boolean,
  'services.*.volumes.*.volume.nocopy': boolean,
  'networks.*.attachable': boolean,
  'networks.*.enable_ipv6': boolean,
  'networks.*.external': boolean,
  'networks.*.internal': boolean,
  'volumes.*.external': boolean,
  'configs.*.external': boolean,
  'secrets.*.external': boolean,
}
