import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** One repository: a URL and a suite in it. */
export interface AptSource {
  readonly uri: string
  readonly suite: string
}

/** Every binary repository of the host's apt: one-line and deb822 files (sources.list(5)). */
export const readAptSources = async (etc = '/etc/apt'): Promise<AptSource[]> => {
  const folder = join(etc, 'sources.list.d')
  const names = (await readdir(folder).catch((): string[] => [])).sort()
  const paths = [join(etc, 'sources.list'), ...names.map((name) => join(folder, name))]
  const parsed = paths.map(async (path) => {
    const text = await readFile(path, 'utf8').catch(() => '')
    if (path.endsWith('.sources')) return parseDeb822(text)
    return path.endsWith('.list') ? parseOneLine(text) : []
  })
  return (await Promise.all(parsed)).flat()
}

/** `deb [options] URI SUITE COMPONENT…` */
export const parseOneLine = (text: string): AptSource[] =>
  text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/.exec(line)
    return match?.[1] && match[2] ? [{ uri: withoutSlash(match[1]), suite: match[2] }] : []
  })

/** Stanzas of `Types:`, `URIs:` and `Suites:`. */
export const parseDeb822 = (text: string): AptSource[] => {
  const uncommented = text.split('\n').filter((line) => !line.startsWith('#'))
  return uncommented
    .join('\n')
    .split(/\n\s*\n/)
    .flatMap((stanza) => {
      const words = (key: string): string[] => {
        const match = new RegExp(`^${key}:((?:.|\\n[ \\t])*)`, 'im').exec(stanza)
        return (match?.[1] ?? '').trim().split(/\s+/).filter(Boolean)
      }
      if (!words('Types').includes('deb') || words('Enabled')[0] === 'no') return []
      return words('URIs').flatMap((uri) => words('Suites').map((suite) => ({ uri: withoutSlash(uri), suite })))
    })
}

const withoutSlash = (uri: string): string => uri.replace(/\/+$/, '')

const DEFAULT = 'http://deb.debian.org/debian'
/** Suites that have neither updates nor security of their own. */
const UNRELEASED = new Set(['sid', 'unstable', 'experimental'])

/**
 * The repositories of a Debian suite. Where the host uses the suite itself its mirrors are taken, else the host's
 * mirror for another suite; a given mirror serves all but security updates, which few mirrors carry.
 */
export const debianSources = (suite: string, host: readonly AptSource[], mirror?: string): AptSource[] => {
  const isMirror = ({ uri }: AptSource): boolean => uri.endsWith('/debian')
  const isSecurity = ({ suite }: AptSource): boolean => suite.endsWith('-security')
  const main = host.find((source) => isMirror(source) && source.suite === suite) ?? host.find(isMirror)
  const base = withoutSlash(mirror ?? main?.uri ?? DEFAULT)
  if (UNRELEASED.has(suite)) return [{ uri: base, suite }]
  const security = host.find(isSecurity)?.uri ?? base.replace(/\/debian$/, '/debian-security')
  return [
    { uri: base, suite },
    { uri: base, suite: `${suite}-updates` },
    { uri: security, suite: `${suite}-security` },
  ]
}
