import { describe, expect, it } from 'vitest'
import { cli as compose } from '../../../src/cli/tsc-compose.ts'
import { cli as engine } from '../../../src/cli/tsc-engine.ts'
import { VERSION } from '../../../src/cli/version.ts'
import { runCli } from '../../support/cli/cli-run.ts'

const run = async (main: typeof compose, ...argv: string[]) => {
  const made = runCli((args, io) => main(args, io, ['false']), argv)
  return { exitCode: await made.exitCode, stdout: made.stdout, stderr: made.stderr }
}

describe.each([
  ['tsc-compose', compose],
  ['tsc-engine', engine],
] as const)('%s', (name, main) => {
  it.each([['--help'], ['-h'], []])('prints help on standard output with %j', async (...argv) => {
    const { exitCode, stdout, stderr } = await run(main, ...argv)
    expect(stdout).toMatch(new RegExp(`^Usage: {2}${name} \\[OPTIONS\\] COMMAND\n`))
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  })

  it('prints its version', async () => {
    expect((await run(main, '--version')).stdout).toBe(`${name} version ${VERSION}\n`)
  })

  it('prints help and names the command that was meant for one that is not there', async () => {
    const { exitCode, stdout, stderr } = await run(main, 'pss')
    expect(stdout).toContain('Commands:')
    expect(stderr).toBe(`unknown command "pss" for "${name}"\n  Did you mean "ps"?\n`)
    expect(exitCode).toBe(1)
  })

  it.each([
    ['ps', '--help'],
    ['--help', 'ps'],
    ['ps', '-h'],
  ])('prints the help of a command: %s %s', async (...argv) => {
    const { exitCode, stdout } = await run(main, ...argv)
    expect(stdout).toContain(`Usage:  ${name} ps [OPTIONS]`)
    expect(exitCode).toBe(0)
  })
})

describe('usage errors', () => {
  it.each([
    [['--bogus', 'ps'], 'unknown flag: --bogus'],
    [['--parallel', 'x', 'ps'], 'invalid argument "x" for "--parallel" flag'],
    [['--progress', 'bogus', 'ps'], 'unsupported --progress value "bogus"'],
    [['up', '--detach', '--abort-on-container-exit'], '--detach cannot be combined with --abort-on-container-exit'],
    [['up', '--wait', '--attach', 'x'], '--wait cannot be combined with --abort-on-container-exit, --attach'],
    [['up', '--build', '--no-build'], '--build and --no-build are incompatible'],
    [['up', '--force-recreate', '--no-recreate'], '--force-recreate and --no-recreate are incompatible'],
    [['up', '--always-recreate-deps', '--no-recreate'], '--always-recreate-deps and --no-recreate are incompatible'],
    [['up', '-V', '--no-recreate'], '--no-recreate and --renew-anon-volumes are incompatible'],
    [['up', '--exit-code-from', 'x', '-d'], '--detach cannot be combined with'],
    [
      ['up', '--abort-on-container-exit', '--abort-on-container-failure'],
      '--abort-on-container-failure cannot be combined with --abort-on-container-exit',
    ],
    [['up', '--attach', 'x', '--attach-dependencies'], 'cannot combine --attach and --attach-dependencies'],
    [['up', '--pull', 'bogus'], 'invalid --pull option "bogus"'],
    [['pull', '--policy', 'bogus'], 'unsupported --policy value "bogus"'],
    [['graph', '--format', 'bogus'], 'unsupported graph format "bogus"'],
    [['config', '--format', 'bogus'], 'unsupported format "bogus"'],
  ])('%j', async (argv, message) => {
    const { exitCode, stdout, stderr } = await run(compose, ...argv)
    expect(stderr).toContain(message)
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  })

  it('are objects with --progress json', async () => {
    const { stderr } = await run(compose, '--progress', 'json', 'graph', '--format', 'bogus')
    expect(JSON.parse(stderr)).toMatchObject({ error: true, code: 'E_CLI_USAGE' })
  })
})
