import { describe, expect, it } from 'vitest'
import type { OptionSpecs } from '../../../../src/cli/command.ts'
import { parseOptions } from '../../../../src/cli/options/parse.ts'
import { isAppError } from '../../../../src/errors/app-error.ts'

const SPECS = {
  build: { kind: 'boolean', help: '' },
  noBuild: { kind: 'boolean', help: '' },
  orphans: { kind: 'boolean', default: true, help: '' },
  timeout: { kind: 'int', short: 't', help: '' },
  tail: { kind: 'string', short: 'n', default: 'all', help: '' },
  env: { kind: 'list', short: 'e', help: '' },
  quiet: { kind: 'boolean', short: 'q', help: '' },
} as const satisfies OptionSpecs

const parse = (...argv: string[]) => parseOptions(SPECS, argv)
const error = (...argv: string[]): unknown => {
  try {
    return parse(...argv)
  } catch (thrown) {
    return thrown
  }
}

describe('parseOptions', () => {
  it('gives every option a value', () => {
    expect(parse().options).toEqual({
      build: false,
      noBuild: false,
      orphans: true,
      timeout: undefined,
      tail: 'all',
      env: [],
      quiet: false,
    })
  })

  it('knows --no-x as a name of its own', () => {
    expect(parse('--build', '--no-build').options).toMatchObject({ build: true, noBuild: true })
  })

  it.each([
    [['-t', '5', 'web'], { timeout: 5 }, ['web']],
    [['web', '--timeout=5', 'db'], { timeout: 5 }, ['web', 'db']],
    [['-qt5'], { quiet: true, timeout: 5 }, []],
    [['-e', 'A=b', '--env', 'C'], { env: ['A=b', 'C'] }, []],
    [['--orphans=false', 'web'], { orphans: false }, ['web']],
    [['-q=false'], { quiet: false }, []],
    [['--build=true'], { build: true }, []],
    [['--', '--build'], { build: false }, ['--build']],
    [['-e', '--build=false'], { env: ['--build=false'], build: false }, []],
  ])('reads %j', (argv, options, args) => {
    const parsed = parse(...argv)
    expect(parsed.options).toMatchObject(options)
    expect(parsed.args).toEqual(args)
  })

  it('leaves what follows the first argument alone when that belongs to another program', () => {
    const parsed = parseOptions(SPECS, ['-q', 'sh', '--build=false', '-q', '--help'], { passThrough: true })
    expect(parsed.args).toEqual(['sh', '--build=false', '-q', '--help'])
    expect(parsed.help).toBe(false)
  })

  it.each([
    [['--bogus'], 'unknown flag: --bogus'],
    [['-z'], "unknown shorthand flag: 'z' in -z"],
    [['--timeout'], 'flag needs an argument: --timeout'],
    [['-t', 'abc'], 'invalid argument "abc" for "-t, --timeout" flag: a whole number is expected'],
    [['--build=maybe'], 'invalid argument "maybe" for "--build" flag: true or false is expected'],
  ])('refuses %j in the words of docker', (argv, message) => {
    const thrown = error(...argv)
    expect(isAppError(thrown, 'E_CLI_USAGE') && thrown.message).toBe(message)
  })

  it('names the flag that was meant', () => {
    const thrown = error('--quiett')
    expect(isAppError(thrown) && thrown.hint).toBe('Did you mean --quiet?')
  })
})
