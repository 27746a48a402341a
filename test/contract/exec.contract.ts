import { describe, expect, test } from 'vitest'
import type { StreamSession } from '../../src/port/common.ts'
import type { ExecCreate } from '../../src/port/containers.ts'
import { type Bench, type ContractEngine, type Streams, bench, readAll, untilTerm } from './contract-kit.ts'

const ATTACH = { AttachStdout: true, AttachStderr: true }

const open = async (b: Bench, id: string, body: ExecCreate): Promise<{ execId: string; session: StreamSession }> => {
  const { Id: execId } = await b.engine.containers.execCreate(id, { ...ATTACH, ...body })
  const session = await b.engine.containers.execStart(execId, { tty: body.Tty ?? false })
  if (!session) throw new Error('execStart() gave no session')
  return { execId, session }
}

const exitCode = async (b: Bench, execId: string): Promise<number | null> => {
  const found = await b.engine.containers.execInspect(execId)
  expect(found).toMatchObject({ ID: execId, Running: false })
  return found.ExitCode
}

const sh = (script: string): { Cmd: string[] } => ({ Cmd: ['sh', '-c', script] })

export const execContract = (get: () => ContractEngine): void => {
  describe('exec', () => {
    const run = async (b: Bench, id: string, body: ExecCreate): Promise<Streams & { exitCode: number | null }> => {
      const { execId, session } = await open(b, id, body)
      const streams = await readAll(session.output)
      return { ...streams, exitCode: await exitCode(b, execId) }
    }

    test('has its streams apart and its exit status', async () => {
      await using b = bench(get())
      const id = await b.run(untilTerm())
      expect(await run(b, id, sh('echo out; echo err >&2; exit 3'))).toEqual({
        stdout: 'out\n',
        stderr: 'err\n',
        exitCode: 3,
      })
    })

    test('has the environment of the container and its own, and its own working folder', async () => {
      await using b = bench(get())
      const id = await b.run(untilTerm(), { Env: ['A=1', 'B=1'] })
      const body = { ...sh('echo $A $B; pwd'), Env: ['B=2'], WorkingDir: '/tmp' }
      expect((await run(b, id, body)).stdout).toBe('1 2\n/tmp\n')
    })

    test('takes standard input, and its end', async () => {
      await using b = bench(get())
      const id = await b.run(untilTerm())
      const { execId, session } = await open(b, id, { ...sh('cat; exit 2'), AttachStdin: true })
      await session.write(Buffer.from('typed\n'))
      await session.end()
      expect((await readAll(session.output)).stdout).toBe('typed\n')
      expect(await exitCode(b, execId)).toBe(2)
    })

    test('gives much output without loss to a reader that takes its time', async () => {
      await using b = bench(get())
      const id = await b.run(untilTerm())
      const { session } = await open(b, id, sh('head -c 3000000 /dev/zero'))
      let size = 0
      for await (const { data } of session.output) {
        size += data.length
        await new Promise(setImmediate)
      }
      expect(size).toBe(3_000_000)
    })

    test('with a terminal is one stream', async () => {
      await using b = bench(get())
      const id = await b.run(untilTerm())
      const { session } = await open(b, id, { ...sh('echo out; echo err >&2'), Tty: true })
      expect(session.tty).toBe(true)
      const { stdout, stderr } = await readAll(session.output)
      expect(stdout.replaceAll('\r', '')).toBe('out\nerr\n')
      expect(stderr).toBe('')
    })

    test('of a command that is not there ends with 127 and says so', async () => {
      await using b = bench(get())
      const id = await b.run(untilTerm())
      const result = await run(b, id, { Cmd: ['contract-no-such-command'] })
      expect(result.stdout).toContain('executable file not found')
      expect(result.exitCode).toBe(127)
    })

    test('that is detached runs on its own', async () => {
      await using b = bench(get())
      const id = await b.run(untilTerm())
      const { Id } = await b.engine.containers.execCreate(id, sh('exit 5'))
      expect(await b.engine.containers.execStart(Id, { detach: true })).toBeNull()
      await expect.poll(async () => (await b.engine.containers.execInspect(Id)).ExitCode).toBe(5)
    })

    test('is refused in a container that does not run, and an unknown one is not found', async () => {
      await using b = bench(get())
      const id = await b.create('true')
      await expect(b.engine.containers.execCreate(id, { Cmd: ['true'] })).rejects.toMatchObject({
        code: 'E_CONTAINER_CONFLICT',
        httpStatus: 409,
      })
      await expect(b.engine.containers.execInspect('contract-none')).rejects.toMatchObject({ httpStatus: 404 })
      await expect(b.engine.containers.execStart('contract-none', { tty: false })).rejects.toMatchObject({
        httpStatus: 404,
      })
    })
  })
}
