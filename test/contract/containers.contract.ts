import { describe, expect, test } from 'vitest'
import { type ContractEngine, bench, refusals, untilTerm } from './contract-kit.ts'

const MISSING = 'contract-no-such-container'

export const containersContract = (get: () => ContractEngine): void => {
  describe('containers', () => {
    test('a created container is found by name, id and the start of its id, and has not run', async () => {
      await using b = bench(get())
      const id = await b.create('true', { Labels: { a: '1' }, Env: ['A=1'] })
      expect(id).toMatch(/^[0-9a-f]{64}$/)
      const found = await b.engine.containers.inspect(id)
      expect(found.State).toMatchObject({ Status: 'created', Running: false, ExitCode: 0, Pid: 0 })
      expect(found.Name).toMatch(/^\/contract-/)
      expect(found.Config).toMatchObject({ Image: b.image, Labels: { a: '1' }, Cmd: ['sh', '-c', 'true'] })
      expect(found.Config.Env).toContain('A=1')
      expect((await b.engine.containers.inspect(id.slice(0, 12))).Id).toBe(id)
      expect((await b.engine.containers.inspect(found.Name.slice(1))).Id).toBe(id)
    })

    test('a name that is in use is refused', async () => {
      await using b = bench(get())
      const id = await b.create('true')
      const name = (await b.engine.containers.inspect(id)).Name.slice(1)
      await expect(b.engine.containers.create({ Image: b.image }, { name })).rejects.toMatchObject({
        code: 'E_CONTAINER_CONFLICT',
        httpStatus: 409,
        message: expect.stringContaining(`The container name "/${name}" is already in use by container "${id}"`),
      })
    })

    test('an image that is missing is told as such', async () => {
      const created = get().engine.containers.create({ Image: 'contract-no-such-image' })
      await expect(created).rejects.toMatchObject({
        code: 'E_IMAGE_NOT_FOUND',
        httpStatus: 404,
        message: expect.stringContaining('No such image: contract-no-such-image:latest'),
      })
    })

    test('every verb tells of a container that is missing', async () => {
      const { containers } = get().engine
      const calls = [
        containers.inspect(MISSING),
        containers.start(MISSING),
        containers.stop(MISSING),
        containers.restart(MISSING),
        containers.kill(MISSING),
        containers.pause(MISSING),
        containers.unpause(MISSING),
        containers.rename(MISSING, 'contract-other'),
        containers.remove(MISSING),
        containers.wait(MISSING),
        containers.logs(MISSING, { stdout: true }),
        containers.attach(MISSING, { stdout: true }),
        containers.execCreate(MISSING, { Cmd: ['true'] }),
      ]
      for (const reason of await refusals(calls)) {
        expect(reason).toMatchObject({ code: 'E_CONTAINER_NOT_FOUND', httpStatus: 404 })
      }
    })

    test('the exit status is kept', async () => {
      await using b = bench(get())
      const { id, exitCode } = await b.finish('exit 3')
      expect(exitCode).toBe(3)
      const { State } = await b.engine.containers.inspect(id)
      expect(State).toMatchObject({ Status: 'exited', Running: false, ExitCode: 3 })
      expect(Date.parse(State.FinishedAt)).toBeGreaterThanOrEqual(Date.parse(State.StartedAt))
    })

    test('the environment reaches the process', async () => {
      await using b = bench(get())
      expect((await b.finish('exit $STATUS', { Env: ['STATUS=7'] })).exitCode).toBe(7)
    })

    test('start says whether it did something', async () => {
      await using b = bench(get())
      const id = await b.create(untilTerm())
      expect(await b.engine.containers.start(id)).toBe(true)
      expect(await b.engine.containers.start(id)).toBe(false)
    })

    test('stop sends the stop signal, and says whether it did something', async () => {
      await using b = bench(get())
      const id = await b.run(untilTerm(5))
      expect(await b.engine.containers.stop(id)).toBe(true)
      expect((await b.engine.containers.inspect(id)).State).toMatchObject({ Status: 'exited', ExitCode: 5 })
      expect(await b.engine.containers.stop(id)).toBe(false)
    })

    test('stop kills what does not end in time', async () => {
      await using b = bench(get())
      const id = await b.run(`trap '' TERM; echo ready; while :; do sleep 0.05; done`)
      await b.engine.containers.stop(id, { timeout: 0 })
      expect((await b.engine.containers.inspect(id)).State.ExitCode).toBe(137)
    })

    test('kill sends the signal that is named, and refuses a container that does not run', async () => {
      await using b = bench(get())
      const id = await b.run(`trap 'exit 9' USR1; echo ready; while :; do sleep 0.05; done`)
      await b.engine.containers.kill(id, { killSignal: 'SIGUSR1' })
      expect((await b.engine.containers.wait(id)).StatusCode).toBe(9)
      await expect(b.engine.containers.kill(id)).rejects.toMatchObject({
        httpStatus: 409,
        message: expect.stringContaining('is not running'),
      })
    })

    test('restart gives a new run', async () => {
      await using b = bench(get())
      const id = await b.run(untilTerm())
      const before = (await b.engine.containers.inspect(id)).State
      await b.engine.containers.restart(id, { timeout: 5 })
      const after = (await b.engine.containers.inspect(id)).State
      expect(after.Running).toBe(true)
      expect(after.StartedAt).not.toBe(before.StartedAt)
    })

    test('a paused container says so and cannot be entered until it goes on', async () => {
      await using b = bench(get())
      const id = await b.run(untilTerm())
      await b.engine.containers.pause(id)
      expect((await b.engine.containers.inspect(id)).State).toMatchObject({ Status: 'paused', Paused: true })
      await expect(b.engine.containers.execCreate(id, { Cmd: ['true'] })).rejects.toMatchObject({ httpStatus: 409 })
      await expect(b.engine.containers.pause(id)).rejects.toMatchObject({ httpStatus: 409 })
      await b.engine.containers.unpause(id)
      expect((await b.engine.containers.inspect(id)).State).toMatchObject({ Status: 'running', Paused: false })
    })

    test('a renamed container is found under its new name alone', async () => {
      await using b = bench(get())
      const id = await b.create('true')
      const old = (await b.engine.containers.inspect(id)).Name.slice(1)
      const name = b.name()
      await b.engine.containers.rename(id, name)
      expect((await b.engine.containers.inspect(name)).Id).toBe(id)
      await expect(b.engine.containers.inspect(old)).rejects.toMatchObject({ code: 'E_CONTAINER_NOT_FOUND' })
    })

    test('a running container is removed only by force', async () => {
      await using b = bench(get())
      const id = await b.run(untilTerm())
      await expect(b.engine.containers.remove(id)).rejects.toMatchObject({
        code: 'E_CONTAINER_CONFLICT',
        httpStatus: 409,
      })
      await b.engine.containers.remove(id, { force: true })
      await expect(b.engine.containers.inspect(id)).rejects.toMatchObject({ code: 'E_CONTAINER_NOT_FOUND' })
    })

    test('the list has running containers, all on demand, and those that pass the filters', async () => {
      await using b = bench(get())
      const group = b.name()
      const running = await b.run(untilTerm(), { Labels: { group, role: 'a' } })
      const stopped = await b.create('true', { Labels: { group, role: 'b' } })
      const list = async (all: boolean, filters: Record<string, string[]>): Promise<string[]> =>
        (await b.engine.containers.list({ all, filters })).map(({ Id }) => Id)
      expect(await list(false, { label: [`group=${group}`] })).toEqual([running])
      expect(await list(true, { label: [`group=${group}`] })).toEqual([stopped, running])
      expect(await list(true, { label: [`group=${group}`, 'role=b'] })).toEqual([stopped])
      expect(await list(false, { label: [`group=${group}`], status: ['created'] })).toEqual([stopped])
      const name = (await b.engine.containers.inspect(stopped)).Name.slice(1)
      expect(await list(true, { name: [`^/?${name}$`] })).toEqual([stopped])
      const [row] = await b.engine.containers.list({ filters: { id: [running] } })
      expect(row).toMatchObject({ Id: running, State: 'running', Image: b.image, Labels: { group, role: 'a' } })
    })

    test('waiting for the next exit, begun before the start, gives that exit', async () => {
      await using b = bench(get())
      const id = await b.create('exit 4')
      const exit = b.engine.containers.wait(id, { condition: 'next-exit' })
      await b.engine.containers.inspect(id)
      await b.engine.containers.start(id)
      expect(await exit).toMatchObject({ StatusCode: 4, Error: null })
    })

    test('waiting for a container that does not run is over at once', async () => {
      await using b = bench(get())
      const id = await b.create('exit 4')
      expect((await b.engine.containers.wait(id)).StatusCode).toBe(0)
    })

    test('a container that removes itself is waited for with its exit status', async () => {
      await using b = bench(get())
      const id = await b.create('exit 6', { HostConfig: { AutoRemove: true } })
      const removed = b.engine.containers.wait(id, { condition: 'removed' })
      await b.engine.containers.inspect(id)
      await b.engine.containers.start(id)
      expect((await removed).StatusCode).toBe(6)
      await expect(b.engine.containers.inspect(id)).rejects.toMatchObject({ code: 'E_CONTAINER_NOT_FOUND' })
    })

    test('an aborted wait rejects with the reason of its signal', async () => {
      await using b = bench(get())
      const id = await b.run(untilTerm())
      const controller = new AbortController()
      const waiting = b.engine.containers.wait(id, { signal: controller.signal })
      await b.engine.containers.inspect(id)
      const reason = new Error('enough')
      controller.abort(reason)
      await expect(waiting).rejects.toBe(reason)
    })
  })
}
