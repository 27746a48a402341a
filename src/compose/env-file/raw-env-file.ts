import type { EnvFileFault, EnvFileResult } from './dotenv.ts'

/**
 * Reads the format of `docker run --env-file` (`format: raw`): values as they stand, no quotes, no interpolation;
 * `K` alone takes its value from `lookup`.
 */
export const parseRawEnvFile = (source: string, lookup: (name: string) => string | undefined): EnvFileResult => {
  const values: Record<string, string> = {}
  const faults: EnvFileFault[] = []
  source
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .forEach((line, i) => {
      const trimmed = line.trimStart()
      if (trimmed === '' || trimmed.startsWith('#')) return
      const equals = trimmed.indexOf('=')
      const key = equals < 0 ? trimmed.trimEnd() : trimmed.slice(0, equals)
      if (key === '') faults.push({ line: i + 1, message: 'no variable name on this line' })
      else if (/\s/.test(key)) faults.push({ line: i + 1, message: `variable "${key}" contains whitespaces` })
      else {
        const value = equals < 0 ? lookup(key) : trimmed.slice(equals + 1)
        if (value !== undefined) values[key] = value
      }
    })
  return { values, faults, unset: [] }
}
