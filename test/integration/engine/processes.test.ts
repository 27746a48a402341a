import { describe, expect, it } from 'vitest'
import { untilTerm } from '../../contract/contract-kit.ts'
import { execToEnd, runToEnd, useEngine } from '../../support/use-engine.ts'

const { bench, subject } = useEngine()
const MIB = 1024 * 1024

describe('exit status', () => {
  it.each([
    ['KILL', 137],
    ['TERM', 143],
  ])('of what ends by %s is %i', async (killSignal, status) => {
    await using b = bench()
    const id = await b.run('echo ready; exec sleep 60', { HostConfig: { Init: true } })
    await b.engine.containers.kill(id, { killSignal })
    expect((await b.engine.containers.wait(id)).StatusCode).toBe(status)
    expect((await b.engine.containers.inspect(id)).State).toMatchObject({ Status: 'exited', ExitCode: status })
  })

  it('of a command that is not there is 127, of one that cannot run 126, and both keep the container created', async () => {
    await using b = bench()
    const missing = await b.create('', { Cmd: ['/no/such/program'] })
    await expect(b.engine.containers.start(missing)).rejects.toThrow(/no such file or directory/)
    expect((await b.engine.containers.inspect(missing)).State).toMatchObject({ Status: 'created', ExitCode: 127 })
    const folder = await b.create('', { Cmd: ['/etc'] })
    await expect(b.engine.containers.start(folder)).rejects.toThrow(/permission denied|is a directory/)
    const { State } = await b.engine.containers.inspect(folder)
    expect(State).toMatchObject({ Status: 'created', ExitCode: 126, StartedAt: '0001-01-01T00:00:00Z' })
    expect(State.Error).not.toBe('')
  })

  it('of a port that is taken is 128', async () => {
    await using b = bench()
    const PortBindings = { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] }
    const first = await b.run(untilTerm(), { ExposedPorts: { '80/tcp': {} }, HostConfig: { PortBindings } })
    const [binding] = (await b.engine.containers.inspect(first)).NetworkSettings.Ports['80/tcp'] ?? []
    const second = await b.create(untilTerm(), {
      HostConfig: { PortBindings: { '80/tcp': [binding ?? { HostIp: '', HostPort: '' }] } },
    })
    await expect(b.engine.containers.start(second)).rejects.toThrow(/port is already allocated/)
    expect((await b.engine.containers.inspect(second)).State).toMatchObject({ Status: 'created', ExitCode: 128 })
  })
})

describe('limits', () => {
  it('memory: what needs more is killed, with 137 and OOMKilled', async () => {
    await using b = bench()
    const HostConfig = { Memory: 16 * MIB, MemorySwap: 16 * MIB }
    const { id, exitCode } = await b.finish('exec dd if=/dev/zero of=/dev/null bs=64M count=1', { HostConfig })
    expect(exitCode).toBe(137)
    expect((await b.engine.containers.inspect(id)).State).toMatchObject({ OOMKilled: true, ExitCode: 137 })
    const next = await b.finish('true', { HostConfig })
    expect((await b.engine.containers.inspect(next.id)).State.OOMKilled).toBe(false)
  })

  it('pids: one more process is refused', async () => {
    await using b = bench()
    const { stderr } = await runToEnd(b, 'for i in 1 2 3 4 5 6 7 8; do sleep 3 & done', {
      HostConfig: { PidsLimit: 4 },
    })
    expect(stderr).toMatch(/can't fork|Resource temporarily unavailable/)
  })

  it('cpu: the quota stands in the group', async () => {
    await using b = bench()
    const { stdout } = await runToEnd(
      b,
      'cat /sys/fs/cgroup/cpu.max 2>/dev/null || cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us',
      { HostConfig: { NanoCpus: 5e8 } },
    )
    expect(stdout.trim()).toMatch(/^50000( 100000)?$/)
  })
})

describe('stop', () => {
  it('sends the signal of the container and waits for its end', async () => {
    await using b = bench()
    const id = await b.run(
      `trap 'echo usr1; exit 5' USR1; trap 'exit 6' TERM; echo ready; while :; do sleep 0.05; done`,
      {
        StopSignal: 'USR1',
      },
    )
    expect(await b.engine.containers.stop(id)).toBe(true)
    expect((await b.engine.containers.inspect(id)).State.ExitCode).toBe(5)
  })

  it('takes the signal of the call before that of the container', async () => {
    await using b = bench()
    const id = await b.run(`trap 'exit 5' USR1; trap 'exit 6' INT; echo ready; while :; do sleep 0.05; done`, {
      StopSignal: 'USR1',
    })
    await b.engine.containers.stop(id, { stopSignal: 'SIGINT' })
    expect((await b.engine.containers.inspect(id)).State.ExitCode).toBe(6)
  })

  it('kills after the grace period of the container', async () => {
    await using b = bench()
    const id = await b.run(`trap '' TERM; echo ready; while :; do sleep 0.05; done`, { StopTimeout: 1 })
    await b.engine.containers.stop(id)
    expect((await b.engine.containers.inspect(id)).State.ExitCode).toBe(137)
  })

  it('ends what is paused', async () => {
    await using b = bench()
    const id = await b.run(untilTerm(3))
    await b.engine.containers.pause(id)
    await b.engine.containers.stop(id)
    expect((await b.engine.containers.inspect(id)).State).toMatchObject({
      Status: 'exited',
      ExitCode: 3,
      Paused: false,
    })
  })

  it('is overtaken by a removal with force', async () => {
    await using b = bench()
    const id = await b.run(`trap '' TERM; echo ready; while :; do sleep 0.05; done`)
    const stopping = b.engine.containers.stop(id, { timeout: -1 })
    await b.engine.containers.remove(id, { force: true })
    await stopping
    await expect(b.engine.containers.inspect(id)).rejects.toThrow('No such container')
  })
})

describe('pause', () => {
  it('halts all processes until they go on', async () => {
    await using b = bench()
    const id = await b.run('echo ready; i=0; while :; do i=$((i+1)); echo $i > /tick; sleep 0.01; done')
    await b.engine.containers.pause(id)
    await expect(b.engine.containers.start(id)).rejects.toMatchObject({ httpStatus: 409 })
    await b.engine.containers.unpause(id)
    const { stdout } = await execToEnd(b, id, 'a=$(cat /tick); sleep 0.2; [ "$a" != "$(cat /tick)" ] && echo moves')
    expect(stdout).toBe('moves\n')
  })

  it('a kill with the stop signal lets it go on to receive it', async () => {
    await using b = bench()
    const id = await b.run(untilTerm(4), { StopSignal: 'TERM' })
    await b.engine.containers.pause(id)
    await b.engine.containers.kill(id, { killSignal: 'TERM' })
    expect((await b.engine.containers.wait(id)).StatusCode).toBe(4)
  })
})

describe('removal', () => {
  it('of a container that removes itself takes its anonymous volumes', async () => {
    await using b = bench()
    const { engine } = subject()
    const id = await b.create('exit 0', { Volumes: { '/data': {} }, HostConfig: { AutoRemove: true } })
    const [mount] = (await engine.port.containers.inspect(id)).Mounts
    const removed = engine.port.containers.wait(id, { condition: 'removed' })
    await engine.port.containers.start(id)
    expect((await removed).StatusCode).toBe(0)
    await expect(engine.port.volumes.inspect(mount?.Name ?? '')).rejects.toThrow('no such volume')
  })

  it('with force may come together with the start', async () => {
    await using b = bench()
    const id = await b.create(untilTerm())
    await Promise.allSettled([b.engine.containers.start(id), b.engine.containers.remove(id, { force: true })])
    await expect(b.engine.containers.inspect(id)).rejects.toThrow('No such container')
    expect(subject().engine.isBusy()).toBe(false)
  })

  it('a rename to the same name is refused and loses nothing', async () => {
    await using b = bench()
    const id = await b.create('true')
    const name = (await b.engine.containers.inspect(id)).Name.slice(1)
    await expect(b.engine.containers.rename(id, name)).rejects.toMatchObject({ httpStatus: 400 })
    expect((await b.engine.containers.inspect(name)).Id).toBe(id)
  })
})
