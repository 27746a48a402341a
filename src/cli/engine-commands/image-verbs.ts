import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { AppError, messageOf } from '../../errors/app-error.ts'
import { defined } from '../../lib/defined.ts'
import { engineCommand, type EngineContext } from '../engine-context.ts'
import { registryAuth } from '../registry-auth.ts'
import { printProgressStream } from './progress-stream.ts'

export const pull = engineCommand({
  usage: '[OPTIONS] NAME[:TAG|@DIGEST]',
  args: { min: 1, max: 1 },
  options: {
    platform: { kind: 'string', help: 'Set platform, such as linux/amd64' },
    quiet: { kind: 'boolean', short: 'q', help: 'Suppress verbose output' },
  },
  async run(cx, options, [reference = '']) {
    const { images } = await cx.engine()
    const auth = await registryAuth(cx.io.env)
    const messages = images.pull(
      reference,
      defined({ platform: options.platform, auth: auth(reference), signal: cx.signal }),
    )
    await printProgressStream(messages, options.quiet ? silent(cx) : cx.stdout)
    return options.quiet ? `${reference}\n` : undefined
  },
})

export const importImage = engineCommand({
  usage: '[OPTIONS] FILE|- [REPOSITORY[:TAG]]',
  args: { min: 1, max: 2 },
  options: {
    change: { kind: 'list', short: 'c', help: 'Apply Dockerfile instruction to the created image' },
    message: { kind: 'string', short: 'm', help: 'Set commit message for imported image' },
    platform: { kind: 'string', help: 'Set platform, such as linux/amd64' },
  },
  async run(cx, options, [file = '', reference]) {
    const { images } = await cx.engine()
    const messages = images.import(archive(cx, file), {
      changes: [...options.change],
      signal: cx.signal,
      ...defined({ reference, message: options.message, platform: options.platform }),
    })
    await printProgressStream(messages, cx.stdout)
    return undefined
  },
})

async function* archive(cx: EngineContext, file: string): AsyncGenerator<Uint8Array> {
  const path = resolve(cx.io.cwd, file)
  try {
    for await (const chunk of file === '-' ? cx.io.stdin : createReadStream(path)) yield chunk as Uint8Array
  } catch (cause) {
    throw new AppError('E_CLI_FILE', `Cannot read "${file === '-' ? 'standard input' : path}": ${messageOf(cause)}`, {
      cause,
    })
  }
}

export const bootstrap = engineCommand({
  usage: '[OPTIONS] NAME',
  args: { min: 1, max: 1 },
  options: { mirror: { kind: 'string', help: "Mirror to take packages from (default: this machine's)" } },
  async run(cx, options, [name = '']) {
    const { images } = await cx.engine()
    await printProgressStream(images.bootstrap(name, defined({ mirror: options.mirror, signal: cx.signal })), cx.stderr)
    return undefined
  },
})

export const tag = engineCommand({
  usage: 'SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]',
  args: { min: 2, max: 2 },
  options: {},
  async run(cx, _options, [source = '', target = '']) {
    const { images } = await cx.engine()
    await images.tag(source, target, { signal: cx.signal })
    return undefined
  },
})

export const rmi = engineCommand({
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  options: {
    force: { kind: 'boolean', short: 'f', help: 'Force removal of the image' },
    noPrune: { kind: 'boolean', help: 'Do not delete untagged parents' },
  },
  async run(cx, { force, noPrune }, references) {
    const { images } = await cx.engine()
    for (const reference of references) {
      for (const row of await images.remove(reference, { force, noPrune, signal: cx.signal })) {
        if (row.Untagged !== undefined) await cx.stdout.write(`Untagged: ${row.Untagged}\n`)
        if (row.Deleted !== undefined) await cx.stdout.write(`Deleted: ${row.Deleted}\n`)
      }
    }
    return undefined
  },
})

export const inspectImage = engineCommand({
  usage: 'IMAGE [IMAGE...]',
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  options: {},
  async run(cx, _options, references) {
    const { images } = await cx.engine()
    const found = await Promise.all(references.map((reference) => images.inspect(reference, { signal: cx.signal })))
    return `${JSON.stringify(found, null, 4)}\n`
  },
})

const silent = ({ stdout }: EngineContext): typeof stdout => ({
  ...stdout,
  isTerminal: false,
  write: async () => undefined,
})
