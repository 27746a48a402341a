import { expect, it } from 'vitest'
import { readAll, readUntil, untilTerm } from '../../contract/contract-kit.ts'
import { execToEnd, useEngine } from '../../support/use-engine.ts'

const { bench } = useEngine()

it('runs as the user, in the folder and with the variables that it names', async () => {
  await using b = bench()
  const id = await b.run(untilTerm(), { Env: ['A=container', 'B=container'], WorkingDir: '/etc' })
  const plain = await execToEnd(b, id, 'id -u; pwd; echo $A $B $HOME')
  expect(plain.stdout).toBe('0\n/etc\ncontainer container /root\n')
  const own = await execToEnd(b, id, 'id -u; id -g; pwd; echo $A $B', {
    User: '1000:50',
    WorkingDir: '/tmp',
    Env: ['A=exec'],
  })
  expect(own).toMatchObject({ exitCode: 0, stdout: '1000\n50\n/tmp\nexec container\n', stderr: '' })
})

it('has no more privileges than its container', async () => {
  await using b = bench()
  const id = await b.run(untilTerm(), { HostConfig: { CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'] } })
  const { stdout } = await execToEnd(b, id, 'grep -E "^(CapEff|NoNewPrivs|Seccomp):" /proc/self/status')
  expect(stdout.split(/\s+/)).toEqual(['CapEff:', '0000000000000000', 'NoNewPrivs:', '1', 'Seccomp:', '2', ''])
})

it('can write to its standard streams by name', async () => {
  await using b = bench()
  const id = await b.run(untilTerm())
  expect(await execToEnd(b, id, 'echo out > /dev/stdout; echo err > /dev/stderr')).toMatchObject({
    stdout: 'out\n',
    stderr: 'err\n',
  })
})

it.each([
  ['a signal', 'kill -9 $$', 137],
  ['a status', 'exit 7', 7],
])('ends with %s', async (_, script, exitCode) => {
  await using b = bench()
  const id = await b.run(untilTerm())
  expect((await execToEnd(b, id, script)).exitCode).toBe(exitCode)
})

it('ends with its container', async () => {
  await using b = bench()
  const id = await b.run(untilTerm())
  const { Id } = await b.engine.containers.execCreate(id, { Cmd: ['sleep', '600'], AttachStdout: true })
  const session = await b.engine.containers.execStart(Id)
  await b.engine.containers.kill(id)
  if (session) await readAll(session.output)
  expect(await b.engine.containers.execInspect(Id)).toMatchObject({ Running: false, ExitCode: 137 })
})

it('a terminal knows its size, and a new one', async () => {
  await using b = bench()
  const id = await b.run(untilTerm())
  const Cmd = ['sh', '-c', 'stty size; trap "stty size; exit" WINCH; echo set; while :; do sleep 0.05; done']
  const { Id } = await b.engine.containers.execCreate(id, { Cmd, Tty: true, AttachStdin: true, AttachStdout: true })
  const session = await b.engine.containers.execStart(Id, { consoleSize: [30, 100] })
  if (!session) throw new Error('no session')
  expect(await readUntil(session, 'set')).toContain('30 100')
  await b.engine.containers.execResize(Id, { rows: 50, columns: 120 })
  expect((await readAll(session.output)).stdout).toContain('50 120')
})

it('a client that leaves does not hold up the process', async () => {
  await using b = bench()
  const id = await b.run(untilTerm())
  const { Id } = await b.engine.containers.execCreate(id, {
    Cmd: ['sh', '-c', 'head -c 3000000 /dev/zero; echo done > /done'],
    AttachStdout: true,
  })
  const session = await b.engine.containers.execStart(Id)
  session?.close()
  if (session) await readAll(session.output)
  const { stdout } = await execToEnd(b, id, 'while [ ! -e /done ]; do sleep 0.05; done; cat /done')
  expect(stdout).toBe('done\n')
})
