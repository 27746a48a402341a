import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type EngineHome, ownProcesses } from './engine-home.ts'

/** Folders of the data root with an entry for each container or volume. */
export const DATA_FOLDERS: readonly string[] = ['containers', 'volumes', 'records/containers', 'records/volumes']

/** Sessions and services of the host come and go with cgroups too; those of containers have a tag, an id, or a runtime's name. */
const CONTAINER_CGROUP = /\/tsc-[0-9a-f]{6}\b|\/[^/]*[0-9a-f]{64}|crun|runc/

/** What an engine may leave on a host, as sorted lines. */
export interface HostSnapshot {
  readonly mounts: readonly string[]
  readonly interfaces: readonly string[]
  readonly namespaces: readonly string[]
  readonly rules: readonly string[]
  readonly cgroups: readonly string[]
  /** Of this home only. */
  readonly processes: readonly string[]
  /** Containers and volumes in the data root of this home. */
  readonly records: readonly string[]
}

/**
 * The whole host is looked at; what carries another engine's tag is left out, mounts of its containers too, and so is
 * what the regular expression in TSC_E2E_FOREIGN matches (for a machine on which something else makes interfaces and
 * mounts meanwhile).
 */
export const takeHostSnapshot = (home: EngineHome): HostSnapshot => {
  const foreign = foreignTo(home)
  const lines = (all: readonly string[]): string[] => all.filter((line) => line !== '' && !foreign(line)).sort()
  return {
    mounts: lines(readFileSync('/proc/mounts', 'utf8').split('\n')).filter((line) => !isMountOfOther(line, home)),
    interfaces: lines(interfaces()),
    namespaces: lines(output('ip', 'netns', 'list').map((line) => line.replace(/ \(id: \d+\)$/, ''))),
    rules: lines(rules()),
    cgroups: lines(folders('/sys/fs/cgroup').filter((path) => CONTAINER_CGROUP.test(path))),
    processes: lines(ownProcesses(home).map(({ command }) => command)),
    records: lines(DATA_FOLDERS.flatMap((name) => entries(join(home.root, name)))),
  }
}

/** `+ interfaces: tscab12cdb0` for what came, `-` for what went. */
export const compareHosts = (before: HostSnapshot, after: HostSnapshot): string[] => {
  const kinds = Object.keys(before) as (keyof HostSnapshot)[]
  return kinds.flatMap((kind) => [
    ...without(after[kind], before[kind]).map((line) => `+ ${kind}: ${line}`),
    ...without(before[kind], after[kind]).map((line) => `- ${kind}: ${line}`),
  ])
}

const without = (lines: readonly string[], others: readonly string[]): string[] => {
  const known = new Set(others)
  return lines.filter((line) => !known.has(line))
}

const foreignTo = (home: EngineHome): ((line: string) => boolean) => {
  const pattern = process.env['TSC_E2E_FOREIGN']
  const configured = pattern ? new RegExp(pattern) : undefined
  return (line) => {
    const tags = [...line.matchAll(/\btsc-?([0-9a-f]{6})/g)].map((match) => match[1])
    return (tags.length > 0 && !tags.includes(home.tag)) || configured?.test(line) === true
  }
}

/** A mount for a container, which has the container's id in its path, outside of this home. */
const isMountOfOther = (line: string, { root, state }: EngineHome): boolean =>
  /\/[0-9a-f]{64}\b/.test(line) && !line.includes(root) && !line.includes(state)

const interfaces = (): string[] =>
  output('ip', '-o', 'link', 'show').map((line) => {
    const name = /^\d+: ([^:@]+)/.exec(line)?.[1] ?? line
    const master = / master (\S+)/.exec(line)?.[1]
    return master ? `${name} in ${master}` : name
  })

/** One line a rule, with its table before it; counters are left out. */
const rules = (): string[] => {
  let table = ''
  return output('nft', 'list', 'ruleset').map((line) => {
    if (line.startsWith('table ')) table = line.replace(' {', '')
    return line.trim() && `${table} ${line.trim().replace(/ ?counter packets \d+ bytes \d+/, '')}`
  })
}

const folders = (path: string): string[] => entries(path, true).flatMap((child) => [child, ...folders(child)])

const entries = (path: string, foldersOnly = false): string[] => {
  if (!existsSync(path)) return []
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => !foldersOnly || entry.isDirectory())
      .map((entry) => join(path, entry.name))
  } catch {
    return []
  }
}

const output = (program: string, ...args: string[]): string[] =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')
