import { readFile, readdir, readlink } from 'node:fs/promises'
import { basename } from 'node:path'

export interface HostInterface {
  readonly name: string
  /** `''` when it has none. */
  readonly alias: string
  /** The bridge that it is a port of, or `''`. */
  readonly master: string
}

/** The network interfaces and named namespaces of the host. */
export interface HostLinks {
  readonly interfaces: readonly HostInterface[]
  readonly namespaces: readonly string[]
}

const INTERFACES = '/sys/class/net'

export const readHostLinks = async (netnsFolder: string, folder = INTERFACES): Promise<HostLinks> => {
  const names = await readdir(folder)
  const interfaces = names.map(async (name) => ({
    name,
    alias: (await interfaceAlias(name, folder)) ?? '',
    master: basename(await readlink(`${folder}/${name}/master`).catch(() => '')),
  }))
  return { interfaces: await Promise.all(interfaces), namespaces: await readdir(netnsFolder).catch(() => []) }
}

/** The alias of an interface, `''` when it has none; undefined when there is no such interface. */
export const interfaceAlias = async (name: string, folder = INTERFACES): Promise<string | undefined> => {
  const text = await readFile(`${folder}/${name}/ifalias`, 'utf8').catch(() => undefined)
  return text?.trim()
}
