import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Subprocess, execa } from 'execa'
import { AppError } from '../../errors/app-error.ts'
import { type Deferred, deferred } from '../../lib/deferred.ts'
import type { MountFlag, MountRequest } from './host.ts'

/** Flags of mount(2), linux/mount.h. */
const FLAG: Readonly<Record<MountFlag, number>> = {
  ro: 0x1,
  nosuid: 0x2,
  nodev: 0x4,
  noexec: 0x8,
  remount: 0x20,
  bind: 0x1000,
  rec: 0x4000,
  private: 0x40000,
  slave: 0x80000,
}
const MNT_DETACH = 2
const EINVAL = 22
const ENOENT = 2

export interface MountHelper {
  mount(request: MountRequest): Promise<void>
  unmount(target: string): Promise<void>
  close(): Promise<void>
}

interface Running {
  readonly child: Subprocess
  readonly waiting: Map<string, Deferred<{ errno: number; text: string }>>
}

/**
 * A perl process that calls mount(2) and umount2(2), started at the first request and again when it has ended:
 * Node has neither call, and mount(8) would cost a fork of the engine each time.
 */
export const createMountHelper = (): MountHelper => {
  let running: Running | undefined
  let lastId = 0

  const ask = async (fields: readonly string[]): Promise<{ errno: number; text: string }> => {
    running ??= launch(() => {
      running = undefined
    })
    const id = String(++lastId)
    const answer = deferred<{ errno: number; text: string }>()
    running.waiting.set(id, answer)
    running.child.stdin?.write(`${[id, ...fields].map(escape).join('\t')}\n`)
    return answer.promise
  }

  return {
    async mount({ source, target, type, flags = [], data = '', cwd = '/' }) {
      const bits = flags.reduce((sum, flag) => sum | FLAG[flag], 0)
      const { errno, text } = await ask(['mount', cwd, source, target, type, String(bits), data])
      if (errno === 0) return
      throw new AppError('E_HOST_COMMAND', `Cannot mount ${type || source} on "${target}": ${text}`, {
        hint: `Look at the last lines of dmesg; the options were "${data}"`,
      })
    },
    async unmount(target) {
      const { errno, text } = await ask(['umount', target, String(MNT_DETACH)])
      if (errno === 0 || errno === EINVAL || errno === ENOENT) return
      throw new AppError('E_HOST_COMMAND', `Cannot unmount "${target}": ${text}`)
    },
    async close() {
      if (!running) return
      const { child } = running
      child.stdin?.end()
      await once(child, 'close')
    },
  }
}

const launch = (onEnd: () => void): Running => {
  const script = fileURLToPath(new URL('./mount-helper.pl', import.meta.url))
  const child = execa('perl', [script, process.arch], {
    stdio: ['pipe', 'pipe', 'ignore'],
    buffer: false,
    reject: false,
    env: { LC_ALL: 'C' },
  })
  const waiting: Running['waiting'] = new Map()
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [id = '', code = '', text = ''] = line.split('\t')
      waiting.get(id)?.resolve({ errno: code === 'ok' ? 0 : Number(code), text })
      waiting.delete(id)
    })
  }
  void child.then(() => {
    onEnd()
    for (const answer of waiting.values()) {
      answer.reject(new AppError('E_HOST_COMMAND', 'Cannot mount: the mount helper ended'))
    }
  })
  return { child, waiting }
}

const escape = (field: string): string =>
  field.replaceAll(/[%\t\n]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
