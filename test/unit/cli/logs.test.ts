import { expect, it } from 'vitest'
import { cliWorld } from '../../support/cli/cli-run.ts'

const COMPOSE = `
services:
  a: {image: busybox, command: sh -c 'echo one; sleep 0.2; echo three'}
  bb: {image: busybox, command: sh -c 'sleep 0.1; echo two >&2'}
`

const world = async (compose = COMPOSE) => {
  const made = await cliWorld(compose)
  await made.run('up', '-d')
  return made
}

const ended = async (here: Awaited<ReturnType<typeof world>>): Promise<void> => {
  for (const name of ['p-a-1', 'p-bb-1']) await here.engine.containers.wait(name, {})
}

it('merges the lines of all services in the order of their times', async () => {
  await using here = await world()
  await ended(here)
  expect((await here.run('logs')).stdout).toBe('a-1   | one\nbb-1  | two\na-1   | three\n')
})

it('leaves prefixes out with --no-log-prefix, and puts times in with -t', async () => {
  await using here = await world()
  await ended(here)
  expect((await here.run('logs', '--no-log-prefix', 'a')).stdout).toBe('one\nthree\n')
  expect((await here.run('logs', '-t', 'bb')).stdout).toMatch(/^bb-1 {2}\| \d{4}-\d\d-\d\dT[\d:.]+Z two\n$/)
})

it('shows the last lines of each container with --tail', async () => {
  await using here = await world()
  await ended(here)
  expect((await here.run('logs', '--tail', '1')).stdout).toBe('bb-1  | two\na-1   | three\n')
})

it('follows until nothing runs any more, and tells how it ended', async () => {
  await using here = await world(`
services:
  a: {image: busybox, command: sh -c 'trap "echo last; exit 4" TERM; echo first; while :; do sleep 0.05; done'}
`)
  const run = here.start('logs', '-f', 'a')
  await run.until('first')
  await here.run('stop')
  expect(await run.exitCode).toBe(0)
  expect(run.stdout).toBe('a-1  | first\na-1  | last\na-1 exited with code 4\n')
})

it('follows a container over its restart without losing or doubling a line', async () => {
  await using here = await world(`services: {a: {image: busybox, command: sh -c 'echo up; exec sleep 600'}}`)
  const run = here.start('logs', '-f')
  await run.until('a-1  | up')
  await here.run('restart', '-t', '1')
  await run.untilCount('a-1  | up', 2)
  await here.run('stop', '-t', '1')
  expect(await run.exitCode).toBe(0)
  expect(run.stdout.split('a-1  | up')).toHaveLength(3)
})

it('ends at Ctrl-C', async () => {
  await using here = await world(`services: {a: {image: busybox, command: sleep 600}}`)
  const run = here.start('logs', '-f')
  await here.engine.containers.inspect('p-a-1')
  run.interrupt()
  expect(await run.exitCode).toBe(130)
})

it.each([
  ['--tail', 'many', 'invalid value for --tail: "many"'],
  ['--since', 'soon', 'invalid value for --since: "soon"'],
])('refuses %s %s', async (flag, value, message) => {
  await using here = await cliWorld(COMPOSE)
  const { exitCode, stderr } = await here.run('logs', flag, value)
  expect(stderr).toContain(message)
  expect(exitCode).toBe(1)
})
