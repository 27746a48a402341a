import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors/app-error.ts'

interface Rule {
  readonly pattern: RegExp
  /** `!pattern`: what it matches stays. */
  readonly keeps: boolean
}

/** The patterns of a .dockerignore file (Docker's "dockerignore file"). @throws E_BUILD_CONTEXT */
export const parseIgnore = (text: string): Rule[] =>
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const keeps = line.startsWith('!')
      const pattern = clean(keeps ? line.slice(1).trim() : line)
      if (keeps && line.length === 1) {
        throw new AppError('E_BUILD_CONTEXT', 'Cannot read .dockerignore: illegal exclusion pattern: "!"')
      }
      return { keeps, pattern: patternRegExp(pattern) }
    })

/** Go's `filepath.Clean` without a slash in front. */
const clean = (pattern: string): string => {
  const parts: string[] = []
  for (const part of pattern.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0) parts.pop()
    else if (part !== '..') parts.push(part)
  }
  return parts.join('/')
}

const TOKEN = /\*\*\/?|\*|\?|\[(\^?)([^\]]+)\]|\\(.)|([\s\S])/g

/** `**` is any depth, `*` and `?` stop at slashes. */
const patternRegExp = (pattern: string): RegExp => {
  const source = pattern.replaceAll(TOKEN, (token, not?: string, set?: string, quoted?: string, plain?: string) => {
    if (token === '**/') return '(?:.*/)?'
    if (token === '**') return '.*'
    if (token === '*') return '[^/]*'
    if (token === '?') return '[^/]'
    if (set !== undefined) return `[${not ? '^/' : ''}${set.replaceAll('[', '\\[')}]`
    return (quoted ?? plain ?? '').replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
  })
  return new RegExp(`^${source}$`, 's')
}

/**
 * Whether a path is left out. The last rule that matches it or a folder above it decides; `parentIsIgnored` brings
 * what was decided for the folder, rule by rule.
 */
const matches = (path: string, rules: readonly Rule[], above: readonly boolean[]): boolean[] =>
  rules.map(({ pattern }, i) => above[i] === true || pattern.test(path))

const isIgnored = (matched: readonly boolean[], rules: readonly Rule[]): boolean => {
  const last = matched.lastIndexOf(true)
  return last >= 0 && rules[last]?.keeps === false
}

/** Deletes from a folder what the rules leave out. */
export const applyIgnore = async (folder: string, rules: readonly Rule[]): Promise<void> => {
  if (rules.length === 0) return
  const mayKeep = rules.some(({ keeps }) => keeps)
  /** Answers whether anything is left in the folder. */
  const walk = async (below: string, above: readonly boolean[]): Promise<boolean> => {
    let left = false
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      const matched = matches(path, rules, above)
      const ignored = isIgnored(matched, rules)
      const holds = entry.isDirectory() && (!ignored || mayKeep) && (await walk(path, matched))
      if (!ignored || holds) left = true
      else await rm(join(folder, path), { recursive: true, force: true })
    }
    return left
  }
  await walk('', [])
}
