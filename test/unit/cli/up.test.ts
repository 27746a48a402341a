import { describe, expect, it } from 'vitest'
import { cliWorld } from '../../support/cli/cli-run.ts'

const TWO = `
services:
  db:
    image: busybox
    command: sh -c 'echo ready; exec sleep 600'
  web:
    image: busybox
    command: sh -c 'echo hello; echo oops >&2; exec sleep 600'
    depends_on: [db]
`

describe('up --detach', () => {
  it('tells each step as a line, and nothing but Running the second time', async () => {
    await using world = await cliWorld(TWO)
    const first = await world.run('up', '-d')
    expect(first.stderr).toContain(' Network p_default  Created\n')
    expect(first.stderr).toContain(' Container p-web-1  Started\n')
    expect(first.exitCode).toBe(0)
    const second = await world.run('up', '-d')
    expect(second.stderr).toBe(' Container p-db-1  Running\n Container p-web-1  Running\n')
  })

  it('prints the plan with --dry-run, on either side of the command, and changes nothing', async () => {
    await using world = await cliWorld(TWO)
    const after = await world.run('up', '--dry-run')
    const before = await world.run('--dry-run', 'up')
    expect(after.stdout).toContain('container.create')
    expect(before.stdout).toBe(after.stdout)
    expect(await world.engine.containers.list({ all: true })).toEqual([])
  })

  it('fails with --wait when a container ends badly', async () => {
    await using world = await cliWorld(`services: {job: {image: busybox, command: sh -c 'exit 3'}}`)
    const { exitCode, stderr } = await world.run('up', '--wait')
    expect(stderr).toContain('container p-job-1 exited (3)')
    expect(exitCode).toBe(1)
  })
})

describe('up in the foreground', () => {
  it('shows the output of containers with their names, standard error apart', async () => {
    await using world = await cliWorld(TWO)
    const run = world.start('up')
    await run.until('web-1  | oops')
    await run.until('db-1   | ready')
    expect(run.stdout).toContain('Attaching to db-1, web-1\n')
    expect(run.stdout).toContain('web-1  | hello\n')
    expect(run.stderr).toContain('web-1  | oops\n')
    run.interrupt()
    expect(await run.exitCode).toBe(130)
  })

  it('neither tells nor counts the end of a container that it replaces', async () => {
    await using world = await cliWorld(TWO)
    await world.run('up', '-d')
    await world.write('compose.yaml', TWO.replace('echo hello', 'echo again'))
    const run = world.start('up', '--abort-on-container-exit')
    await run.until('web-1  | again')
    expect(run.stdout + run.stderr).not.toContain('exited with code')
    run.interrupt()
    expect(await run.exitCode).toBe(130)
  })

  it('stops everything in reverse at the first Ctrl-C and says so', async () => {
    await using world = await cliWorld(TWO)
    const run = world.start('up')
    await run.until('hello')
    run.interrupt()
    expect(await run.exitCode).toBe(130)
    expect(run.stdout).toContain('Gracefully Stopping... press Ctrl+C again to force\n')
    expect(run.stderr.indexOf('Container p-web-1  Stopped')).toBeLessThan(
      run.stderr.indexOf('Container p-db-1  Stopping'),
    )
    const states = (await world.engine.containers.list({ all: true })).map(({ State }) => State)
    expect(states).toEqual(['exited', 'exited'])
  })

  it('kills at the second Ctrl-C what does not want to stop', async () => {
    await using world = await cliWorld(`
services:
  deaf:
    image: busybox
    stop_grace_period: 10m
    command: sh -c 'trap "echo no" TERM; echo up; while :; do sleep 0.05; done'
`)
    const run = world.start('up')
    await run.until('up\n')
    run.interrupt()
    await run.until('deaf-1  | no')
    run.interrupt()
    expect(await run.exitCode).toBe(130)
    expect(run.stderr).toContain('Container p-deaf-1  Killed')
  })

  it('ends with 0 when all containers have ended, after telling their exit codes', async () => {
    await using world = await cliWorld(`services: {job: {image: busybox, command: sh -c 'echo done; exit 3'}}`)
    const { exitCode, stdout } = await world.run('up')
    expect(stdout).toBe('Attaching to job-1\njob-1  | done\njob-1 exited with code 3\n')
    expect(exitCode).toBe(0)
  })

  it('stops all with --abort-on-container-exit and answers the code of the first that ended', async () => {
    await using world = await cliWorld(`${TWO}  job: {image: busybox, command: sh -c 'exit 7'}\n`)
    const { exitCode, stderr } = await world.run('up', '--abort-on-container-exit', '-t', '5')
    expect(stderr).toContain('Aborting on container exit...\n')
    expect(stderr).toContain('Container p-db-1  Stopped')
    expect(exitCode).toBe(7)
  })

  it('answers the code of the service of --exit-code-from, whoever ended first', async () => {
    await using world = await cliWorld(`
services:
  first: {image: busybox, command: sh -c 'exit 1'}
  chosen: {image: busybox, command: "sh -c 'trap \\"exit 9\\" TERM; echo on; while :; do sleep 0.05; done'"}
`)
    const run = world.start('up', '--exit-code-from', 'chosen')
    expect(await run.exitCode).toBe(9)
  })

  it('keeps on with --abort-on-container-failure when a container ends well', async () => {
    await using world = await cliWorld(`${TWO}  job: {image: busybox, command: sh -c 'exit 0'}\n`)
    const run = world.start('up', '--abort-on-container-failure')
    await run.until('job-1 exited with code 0')
    await run.until('hello')
    run.interrupt()
    expect(await run.exitCode).toBe(130)
  })

  it('follows containers that are made anew', async () => {
    await using world = await cliWorld(TWO)
    const run = world.start('up')
    await run.until('hello')
    await world.run('up', '-d', '--force-recreate', '--no-deps', 'web', '-t', '1')
    await run.until('web-1 exited with code')
    await run.untilCount('web-1  | hello', 2)
    run.interrupt()
    expect(await run.exitCode).toBe(130)
  })

  it('ends without a word when the reader of its output has gone', async () => {
    await using world = await cliWorld(TWO)
    const run = world.start('up')
    await run.until('hello')
    run.closeStdout()
    expect(await run.exitCode).toBe(141)
    expect(run.stderr).not.toContain('Cannot')
  })
})
