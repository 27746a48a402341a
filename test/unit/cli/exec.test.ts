import { expect, it } from 'vitest'
import { type CliOptions, cliWorld } from '../../support/cli/cli-run.ts'

const world = async (options: CliOptions = {}) => {
  const made = await cliWorld(
    `services: {web: {image: busybox, command: sleep 600, scale: 2}, off: {image: busybox, command: "true"}}`,
    options,
  )
  await made.run('up', '-d')
  await made.engine.containers.wait('p-off-1', {})
  return made
}

it('answers the exit code of the command and keeps its two outputs apart', async () => {
  await using here = await world()
  const result = await here.run('exec', '-T', 'web', 'sh', '-c', 'echo out; echo err >&2; exit 7')
  expect(result).toEqual({ exitCode: 7, stdout: 'out\n', stderr: 'err\n' })
})

it('hands standard input on to its end', async () => {
  await using here = await world({ stdin: 'from outside' })
  expect((await here.run('exec', '-T', 'web', 'cat')).stdout).toBe('from outside')
})

it('gives the command its environment, also by name alone', async () => {
  await using here = await world({ env: { B: 'two' } })
  const { stdout } = await here.run('exec', '-T', '-e', 'A=one', '-e', 'B', 'web', 'sh', '-c', 'echo $A $B')
  expect(stdout).toBe('one two\n')
})

it('leaves the options of the command alone', async () => {
  await using here = await world()
  expect((await here.run('exec', '-T', 'web', 'echo', '-d', '--privileged=false')).stdout).toBe(
    '-d --privileged=false\n',
  )
})

it('does not wait with -d', async () => {
  await using here = await world()
  expect(await here.run('exec', '-d', 'web', 'sleep', '600')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
})

it.each([
  [['off', 'sh'], 'service "off" is not running'],
  [['nope', 'sh'], 'service "nope" is not running'],
  [['--index', '5', 'web', 'sh'], 'service "web" is not running container #5'],
  [['web'], 'requires at least 2 arg(s), only received 1'],
])('refuses %j', async (args, message) => {
  await using here = await world()
  const { exitCode, stderr } = await here.run('exec', ...args)
  expect(stderr).toContain(message)
  expect(exitCode).toBe(1)
})
