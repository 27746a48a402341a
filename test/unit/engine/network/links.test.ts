import { PassThrough } from 'node:stream'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Host, HostProcess, RunResult } from '../../../../src/engine/host/host.ts'
import { type Links, createLinks } from '../../../../src/engine/network/links.ts'
import { type Deferred, deferred } from '../../../../src/lib/deferred.ts'

/** A host whose only helper process is played by the test. */
interface Helper {
  readonly lines: string[]
  say(line: string): void
  readonly done: Deferred<RunResult>
}

describe('links', () => {
  let helpers: Helper[]
  let links: Links

  beforeEach(() => {
    helpers = []
    const start = (): HostProcess => {
      const [stdin, stdout, done] = [new PassThrough(), new PassThrough(), deferred<RunResult>()]
      const helper: Helper = { lines: [], say: (line) => void stdout.write(`${line}\n`), done }
      stdin.on('data', (data: Buffer) => helper.lines.push(...data.toString().trimEnd().split('\n')))
      stdin.on('end', () => done.resolve({ exitCode: 0, stdout: '', stderr: '' }))
      helpers.push(helper)
      return { pid: 1, stdin, stdout, done: done.promise, kill: () => undefined }
    }
    links = createLinks({ start } as Partial<Host> as Host)
  })

  it('start the helper at the first job, once', async () => {
    expect(helpers).toHaveLength(0)
    await links.run([])
    expect(helpers).toHaveLength(0)
    const jobs = [links.run(['netns a']), links.run(['unnetns a'], { force: true })]
    await new Promise(setImmediate)
    expect(helpers).toHaveLength(1)
    expect(helpers[0]?.lines).toEqual(['job 1', 'netns a', 'end', 'job 2 force', 'unnetns a', 'end'])
    helpers[0]?.say('1 ok')
    helpers[0]?.say('2 ok')
    await Promise.all(jobs)
  })

  it('reject a job with the line and the words of the kernel, and that one only', async () => {
    const [bad, good] = [links.run(['veth x']), links.run(['netns a'])]
    helpers[0]?.say('1 error veth x: File exists')
    helpers[0]?.say('2 ok')
    await expect(bad).rejects.toMatchObject({
      code: 'E_NETWORK_LINK',
      message: 'cannot set up a network link: veth x: File exists',
    })
    await good
  })

  it('reject what waits when the helper dies, and start another one', async () => {
    const lost = links.run(['netns a'])
    helpers[0]?.done.reject(new Error('killed'))
    await expect(lost).rejects.toThrow('cannot set up a network link: killed')
    const next = links.run(['netns b'])
    helpers[1]?.say('2 ok')
    await next
  })

  it('end the helper', async () => {
    const job = links.run(['netns a'])
    helpers[0]?.say('1 ok')
    await job
    await links.close()
    await expect(helpers[0]?.done.promise).resolves.toMatchObject({ exitCode: 0 })
  })
})
