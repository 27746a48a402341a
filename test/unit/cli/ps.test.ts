import { describe, expect, it } from 'vitest'
import { cliWorld } from '../../support/cli/cli-run.ts'

const COMPOSE = `
services:
  db: {image: busybox, command: sleep 600}
  job: {image: busybox, command: sh -c 'exit 3'}
`

const world = async () => {
  const made = await cliWorld(COMPOSE)
  await made.run('up', '-d')
  await made.engine.containers.wait('p-job-1', {})
  return made
}

describe('ps', () => {
  it('shows what runs in the columns of docker compose', async () => {
    await using here = await world()
    const { stdout } = await here.run('ps')
    const [head, ...rows] = stdout.trimEnd().split('\n')
    expect(head).toMatch(/^NAME {6}IMAGE {5}COMMAND {7}SERVICE {3}CREATED +STATUS +PORTS$/)
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatch(/^p-db-1 {4}busybox {3}"sleep 600" {3}db {8}/)
  })

  it.each([
    [['-a', '--services'], 'db\njob\n'],
    [['--services'], 'db\n'],
    [['--status', 'exited', '--services'], 'job\n'],
    [['--filter', 'status=exited', '--services'], 'job\n'],
    [['-a', '--format', '{{.Name}}: {{.State}}'], 'p-db-1: running\np-job-1: exited\n'],
    [['-a', '--format', 'table {{.Name}}\t{{.ExitCode}}', 'job'], 'NAME      EXITCODE\np-job-1   3\n'],
    [['--services', 'job'], '\n'],
  ])('answers %j', async (args, expected) => {
    await using here = await world()
    expect((await here.run('ps', ...args)).stdout).toBe(expected)
  })

  it('prints one JSON object a line with Compose keys', async () => {
    await using here = await world()
    const { stdout } = await here.run('ps', '-a', '--format', 'json')
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(
      rows.map(({ Name, Service, Project, State, ExitCode }) => ({ Name, Service, Project, State, ExitCode })),
    ).toEqual([
      { Name: 'p-db-1', Service: 'db', Project: 'p', State: 'running', ExitCode: 0 },
      { Name: 'p-job-1', Service: 'job', Project: 'p', State: 'exited', ExitCode: 3 },
    ])
  })

  it('prints full ids with -q', async () => {
    await using here = await world()
    expect((await here.run('ps', '-q')).stdout).toMatch(/^[0-9a-f]{64}\n$/)
  })

  it.each([
    [['--filter', 'foo'], 'arguments to --filter should be in form KEY=VAL'],
    [['--filter', 'foo=x'], 'unknown filter foo'],
    [['nope'], 'no such service: nope'],
    [['--format', '{{.Bogus}}'], 'template parsing error: cannot use "{{.Bogus}}"'],
  ])('refuses %j', async (args, message) => {
    await using here = await world()
    const { exitCode, stderr } = await here.run('ps', ...args)
    expect(stderr).toContain(message)
    expect(exitCode).toBe(1)
  })
})
