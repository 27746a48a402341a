import { AppError, messageOf } from '../../../errors/app-error.ts'
import type { SeccompProfile } from './profile.ts'

const ACTION = /^SCMP_ACT_(KILL|KILL_PROCESS|KILL_THREAD|TRAP|ERRNO|TRACE|ALLOW|LOG|NOTIFY)$/
const OPERATOR = /^SCMP_CMP_(NE|LT|LE|EQ|GE|GT|MASKED_EQ)$/

type Fields = Readonly<Record<string, unknown>>

/**
 * Reads the JSON that a client sends as `seccomp=…`.
 *
 * @throws E_RUNTIME_SECCOMP naming the field that has not the form it must have
 */
export const parseSeccompProfile = (text: string): SeccompProfile => {
  const profile = fields(parse(text), 'the profile')
  action(profile['defaultAction'], 'defaultAction')
  strings(profile['architectures'], 'architectures')
  strings(profile['flags'], 'flags')
  for (const [index, entry] of list(profile['archMap'], 'archMap').entries()) {
    const row = fields(entry, `archMap[${index}]`)
    if (typeof row['architecture'] !== 'string') throw invalid(`archMap[${index}].architecture`, 'a name')
    strings(row['subArchitectures'], `archMap[${index}].subArchitectures`)
  }
  for (const [index, entry] of list(profile['syscalls'], 'syscalls').entries()) rule(entry, `syscalls[${index}]`)
  return profile as unknown as SeccompProfile
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new AppError('E_RUNTIME_SECCOMP', `Decoding seccomp profile failed: ${messageOf(error)}`, { cause: error })
  }
}

const rule = (value: unknown, path: string): void => {
  const row = fields(value, path)
  strings(row['names'], `${path}.names`)
  if (row['name'] !== undefined && typeof row['name'] !== 'string') throw invalid(`${path}.name`, 'a name')
  action(row['action'], `${path}.action`)
  for (const key of ['includes', 'excludes']) {
    if (row[key] === undefined || row[key] === null) continue
    const condition = fields(row[key], `${path}.${key}`)
    strings(condition['caps'], `${path}.${key}.caps`)
    strings(condition['arches'], `${path}.${key}.arches`)
  }
  for (const [index, entry] of list(row['args'], `${path}.args`).entries()) {
    const arg = fields(entry, `${path}.args[${index}]`)
    if (!Number.isInteger(arg['index'])) throw invalid(`${path}.args[${index}].index`, 'a number')
    if (typeof arg['value'] !== 'number') throw invalid(`${path}.args[${index}].value`, 'a number')
    if (!OPERATOR.test(String(arg['op']))) throw invalid(`${path}.args[${index}].op`, 'an operator like SCMP_CMP_EQ')
  }
}

const fields = (value: unknown, path: string): Fields => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(path, 'an object')
  return value as Fields
}

const list = (value: unknown, path: string): readonly unknown[] => {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw invalid(path, 'a list')
  return value
}

const strings = (value: unknown, path: string): void => {
  if (!list(value, path).every((item) => typeof item === 'string')) throw invalid(path, 'a list of names')
}

const action = (value: unknown, path: string): void => {
  if (!ACTION.test(String(value))) throw invalid(path, 'an action like SCMP_ACT_ALLOW')
}

const invalid = (path: string, wanted: string): AppError =>
  new AppError('E_RUNTIME_SECCOMP', `Decoding seccomp profile failed: ${path} is not ${wanted}`)
