import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import { resolveInRoot } from './in-root.ts'

export interface Owner {
  readonly uid: number
  readonly gid: number
}

const MAX_ID = 2 ** 31 - 1
/** An image's account files are read no further; nothing sane is larger. */
const MAX_FILE = 10 << 20

/**
 * `USER[:GROUP]` of `--chown` and `USER` as numbers, names looked up in the root file system. Without a group, a
 * name brings its own and a number is taken for both.
 * @throws E_BUILD_COPY for a name that is not there: files of a wrong owner are worse than a failed build
 */
export const lookUpOwner = async (text: string, rootfs: string): Promise<Owner> => {
  const [user = '', group] = text.split(':', 2)
  const account = isNumber(user) ? undefined : await findRow(rootfs, 'etc/passwd', user)
  if (!account && !isNumber(user)) throw unknown('user', user)
  const uid = id(account?.[2] ?? user)
  if (group === undefined || group === '') return { uid, gid: id(account?.[3] ?? user) }
  if (isNumber(group)) return { uid, gid: id(group) }
  const row = await findRow(rootfs, 'etc/group', group)
  if (!row) throw unknown('group', group)
  return { uid, gid: id(row[2] ?? '') }
}

const isNumber = (text: string): boolean => /^\d+$/.test(text)

const id = (text: string): number => {
  if (isNumber(text) && Number(text) <= MAX_ID) return Number(text)
  throw new AppError('E_BUILD_COPY', `Cannot use owner "${text}": not a number up to ${MAX_ID}`)
}

const unknown = (kind: string, name: string): AppError =>
  new AppError('E_BUILD_COPY', `Cannot use ${kind} "${name}": the image has none of this name`, {
    hint: 'Create it in a RUN before, or write its number',
  })

const findRow = async (rootfs: string, file: string, name: string): Promise<string[] | undefined> => {
  const { path, stats } = await resolveInRoot(rootfs, file)
  if (!stats?.isFile() || stats.size > MAX_FILE) return undefined
  const text = await readFile(join(rootfs, path), 'utf8')
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .find(([first]) => first === name)
}
