import { readFile, readdir, readlink } from 'node:fs/promises'
import type { Protocol } from './port-bindings.ts'

/** Socket states of proc(5) that keep a port: listening for tcp, unconnected for udp. */
const HOLDING: Readonly<Record<Protocol, string>> = { tcp: '0A', udp: '07', sctp: '' }

/** `process "nginx" (pid 812) has it`, or undefined when nobody can be found. */
export const portHolder = async (protocol: Protocol, port: number, proc = '/proc'): Promise<string | undefined> => {
  const inodes = new Set<string>()
  for (const file of [`${proc}/net/${protocol}`, `${proc}/net/${protocol}6`]) {
    for (const inode of parseSockets(await readText(file), port, HOLDING[protocol])) inodes.add(inode)
  }
  if (inodes.size === 0) return undefined
  const pids = (await readdir(proc).catch(() => [])).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    if (!(await hasSocket(`${proc}/${pid}/fd`, inodes))) continue
    const name = (await readText(`${proc}/${pid}/comm`)).trim()
    return `process "${name}" (pid ${pid}) has it`
  }
  return undefined
}

/** Inodes of the sockets in a table of /proc/net that hold a local port. */
export const parseSockets = (text: string, port: number, state: string): string[] =>
  text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , st]) => st === state && Number.parseInt(local?.split(':')[1] ?? '', 16) === port)
    .flatMap((fields) => fields[9] ?? [])

const hasSocket = async (folder: string, inodes: ReadonlySet<string>): Promise<boolean> => {
  for (const fd of await readdir(folder).catch(() => [])) {
    const link = await readlink(`${folder}/${fd}`).catch(() => '')
    const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1]
    if (inode !== undefined && inodes.has(inode)) return true
  }
  return false
}

const readText = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')
