import { messageOf } from '../../errors/app-error.ts'
import { type EngineContext, engineCommand } from '../engine-context.ts'

const MANY = { min: 1, max: Number.POSITIVE_INFINITY } as const
const force = { kind: 'boolean', short: 'f' } as const

export const rm = engineCommand({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  args: MANY,
  options: {
    force: { ...force, help: 'Force the removal of a running container (uses SIGKILL)' },
    volumes: { kind: 'boolean', short: 'v', help: 'Remove anonymous volumes associated with the container' },
  },
  async run(cx, options, names) {
    const { containers } = await cx.engine()
    return removeEach(cx, names, (name) => containers.remove(name, { ...options, signal: cx.signal }))
  },
})

export const volumeRm = engineCommand({
  usage: '[OPTIONS] VOLUME [VOLUME...]',
  args: MANY,
  options: { force: { ...force, help: 'Do not complain about volumes that do not exist' } },
  async run(cx, options, names) {
    const { volumes } = await cx.engine()
    return removeEach(cx, names, (name) => volumes.remove(name, { ...options, signal: cx.signal }))
  },
})

export const networkRm = engineCommand({
  usage: 'NETWORK [NETWORK...]',
  args: MANY,
  options: {},
  async run(cx, _options, names) {
    const { networks } = await cx.engine()
    return removeEach(cx, names, (name) => networks.remove(name, { signal: cx.signal }))
  },
})

/** Prints each name that is done, and goes on after one that cannot be. */
const removeEach = async (
  cx: EngineContext,
  names: readonly string[],
  remove: (name: string) => Promise<void>,
): Promise<undefined> => {
  const errors: unknown[] = []
  for (const name of names) {
    try {
      await remove(name)
      await cx.stdout.write(`${name}\n`)
    } catch (error) {
      cx.signal.throwIfAborted()
      errors.push(error)
    }
  }
  if (errors.length === 1) throw errors[0]
  if (errors.length > 1) throw new AggregateError(errors, errors.map(messageOf).join('\n'))
  return undefined
}
