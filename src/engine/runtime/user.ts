import { AppError } from '../../errors/app-error.ts'
import type { ResolvedUser } from './part.ts'
import { readInside } from './rootfs-files.ts'

/** The text of a container's /etc/passwd and /etc/group; undefined when it has none. Called when needed only. */
export interface UserFiles {
  passwd(): string | undefined
  group(): string | undefined
}

const MAX_ID = 2 ** 31 - 1
const MAX_BYTES = 10 * 1024 * 1024

/** The files in a root file system, read without leaving it. */
export const userFiles = (rootfs: string): UserFiles => ({
  passwd: () => readInside(rootfs, '/etc/passwd', { maxBytes: MAX_BYTES })?.toString(),
  group: () => readInside(rootfs, '/etc/group', { maxBytes: MAX_BYTES })?.toString(),
})

/**
 * Docker's rules for `USER` (`name`, `uid`, `name:group`, `uid:gid`): a number is an id, also when no line has it; a
 * group that is named is the only one, without one the passwd entry's counts and every group that lists the name. The
 * primary group stands among the additional ones too (CVE-2022-36109). `groupAdd` are names or ids on top.
 *
 * @throws E_RUNTIME_USER with Docker's words
 */
export const resolveUser = (text: string, files: UserFiles, groupAdd: readonly string[] = []): ResolvedUser => {
  const [userPart = '', groupPart = ''] = splitOnce(text)
  const wantedId = userPart === '' ? 0 : number(userPart)
  const entry = parsePasswd(files.passwd() ?? '').find((row) =>
    wantedId === undefined ? row.name === userPart : row.uid === wantedId,
  )
  if (!entry && wantedId === undefined) {
    throw unknown(`unable to find user ${userPart}: no matching entries in passwd file`)
  }
  const uid = inRange(entry?.uid ?? wantedId ?? 0)
  const groups =
    groupPart !== '' || entry || groupAdd.length > 0 ? parseGroup(files.group() ?? '') : ([] as readonly Group[])
  const gid = groupPart === '' ? (entry?.gid ?? 0) : groupId(groupPart, groups)
  const implied = groupPart === '' && entry ? groups.filter((row) => row.members.includes(entry.name)) : []
  const added = groupAdd.map((name) => groupId(name, groups))
  return {
    uid,
    gid: inRange(gid),
    additionalGids: [...new Set([gid, ...implied.map((row) => row.gid), ...added])],
    home: entry?.home || '/',
  }
}

interface Passwd {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
}

interface Group {
  readonly name: string
  readonly gid: number
  readonly members: readonly string[]
}

/** Lines whose ids are no ids are passed over: read as 0 they would make root of a user. */
const parsePasswd = (text: string): Passwd[] =>
  rows(text).flatMap(([name = '', , uid = '', gid = '', , home = '']) => {
    const ids = { uid: id(uid), gid: id(gid) }
    return ids.uid === undefined || ids.gid === undefined ? [] : [{ name, uid: ids.uid, gid: ids.gid, home }]
  })

const parseGroup = (text: string): Group[] =>
  rows(text).flatMap(([name = '', , gid = '', members = '']) => {
    const value = id(gid)
    return value === undefined ? [] : [{ name, gid: value, members: members.split(',') }]
  })

const rows = (text: string): string[][] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.split(':'))

const groupId = (text: string, groups: readonly Group[]): number => {
  const wanted = number(text)
  if (wanted !== undefined) return inRange(wanted)
  const found = groups.find((row) => row.name === text)
  if (!found) throw unknown(`unable to find group ${text}: no matching entries in group file`)
  return found.gid
}

const number = (text: string): number | undefined => (/^[+-]?\d+$/.test(text) ? Number(text) : undefined)

const id = (text: string): number | undefined => {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return value <= MAX_ID ? value : undefined
}

const inRange = (value: number): number => {
  if (value < 0 || value > MAX_ID) throw unknown(`uids and gids must be in range 0-${MAX_ID}`)
  return value
}

const splitOnce = (text: string): string[] => {
  const at = text.indexOf(':')
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

const unknown = (message: string): AppError => new AppError('E_RUNTIME_USER', message)
