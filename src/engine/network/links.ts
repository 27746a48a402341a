import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { AppError, messageOf } from '../../errors/app-error.ts'
import { type Deferred, deferred } from '../../lib/deferred.ts'
import type { Host, HostProcess } from '../host/host.ts'

export interface Links {
  /** Runs the lines of a job in order, after all jobs given before. @throws E_NETWORK_LINK with the line and the kernel's words */
  run(lines: readonly string[], options?: { force?: boolean }): Promise<void>
  close(): Promise<void>
}

const SCRIPT = fileURLToPath(new URL('./links.pl', import.meta.url))

/**
 * One helper process (`links.pl`, where the lines are described) that makes and removes links; started when it is first
 * needed, and again if it should die. A job costs about 3 ms a container, where one `ip` process costs 15.
 */
export const createLinks = (host: Host, script = SCRIPT): Links => {
  let helper: HostProcess | undefined
  let count = 0
  const waiting = new Map<string, Deferred<void>>()

  const start = (): HostProcess => {
    const started = host.start('perl', [script, process.arch])
    createInterface({ input: started.stdout }).on('line', (line) => answer(line))
    started.stdin.on('error', () => undefined)
    const gone = (why: string) => (): void => {
      if (helper !== started) return
      helper = undefined
      for (const id of waiting.keys()) answer(`${id} error ${why}`)
    }
    started.done.then(gone('the helper has ended'), (error: unknown) => gone(messageOf(error))())
    return started
  }

  const answer = (line: string): void => {
    const [id = '', state, ...text] = line.split(' ')
    const job = waiting.get(id)
    waiting.delete(id)
    if (state === 'ok') job?.resolve()
    else job?.reject(new AppError('E_NETWORK_LINK', `cannot set up a network link: ${text.join(' ').trim()}`))
  }

  return {
    run(lines, { force = false } = {}) {
      if (lines.length === 0) return Promise.resolve()
      helper ??= start()
      const id = String(++count)
      const job = deferred<void>()
      waiting.set(id, job)
      helper.stdin.write(`${[`job ${id}${force ? ' force' : ''}`, ...lines, 'end'].join('\n')}\n`)
      return job.promise
    },
    async close() {
      const last = helper
      helper = undefined
      last?.stdin.end()
      await last?.done.catch(() => undefined)
    },
  }
}
