import { describe, expect, it } from 'vitest'
import { cliWorld } from '../../support/cli/cli-run.ts'

const COMPOSE = `
services:
  db: {image: busybox, command: sleep 600}
  web: {image: busybox, command: sleep 600, depends_on: [db]}
volumes: {}
`

const world = async () => {
  const made = await cliWorld(COMPOSE)
  await made.run('up', '-d')
  return made
}

describe('stop, start and restart', () => {
  it('stops what needs others first, and starts it last', async () => {
    await using here = await world()
    const stopped = await here.run('stop', '-t', '1')
    expect(stopped.stderr).toBe(
      [
        ' Container p-web-1  Stopping',
        ' Container p-web-1  Stopped',
        ' Container p-db-1  Stopping',
        ' Container p-db-1  Stopped',
        '',
      ].join('\n'),
    )
    const started = await here.run('start')
    expect(started.stderr).toBe(
      [
        ' Container p-db-1  Starting',
        ' Container p-db-1  Started',
        ' Container p-web-1  Starting',
        ' Container p-web-1  Started',
        '',
      ].join('\n'),
    )
  })

  it('restarts the named services', async () => {
    await using here = await world()
    const { stderr } = await here.run('restart', '-t', '1', 'db')
    expect(stderr).toBe(' Container p-db-1  Restarting\n Container p-db-1  Started\n')
  })

  it('prints JSON lines with --progress json and nothing with quiet', async () => {
    await using here = await world()
    const json = await here.run('--progress', 'json', 'stop', '-t', '1', 'web')
    expect(json.stderr).toBe(
      '{"id":"Container p-web-1","status":"Stopping"}\n{"id":"Container p-web-1","status":"Stopped"}\n',
    )
    expect((await here.run('--progress', 'quiet', 'start', 'web')).stderr).toBe('')
  })

  it.each(['stop', 'start', 'restart'])('%s knows a service that is not there', async (command) => {
    await using here = await world()
    const { exitCode, stderr } = await here.run(command, 'nope')
    expect(stderr).toContain('no such service: nope')
    expect(exitCode).toBe(1)
  })
})

describe('down', () => {
  it('removes containers and networks', async () => {
    await using here = await world()
    const { exitCode, stderr } = await here.run('down', '-t', '1')
    expect(stderr).toContain(' Container p-web-1  Removed\n')
    expect(stderr).toContain(' Network p_default  Removed\n')
    expect(exitCode).toBe(0)
    expect(await here.engine.containers.list({ all: true })).toEqual([])
  })

  it('says nothing when there is nothing', async () => {
    await using here = await cliWorld(COMPOSE)
    expect(await here.run('down')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  })

  it('prints what it would do with --dry-run', async () => {
    await using here = await world()
    expect((await here.run('down', '--dry-run')).stdout).toContain('container.remove  web/1')
    expect(await here.engine.containers.list({})).toHaveLength(2)
  })

  it('refuses a word after --rmi that it does not know', async () => {
    await using here = await cliWorld(COMPOSE)
    const { exitCode, stderr } = await here.run('down', '--rmi', 'bogus')
    expect(stderr).toContain('invalid value for --rmi: "bogus"')
    expect(exitCode).toBe(1)
  })
})
