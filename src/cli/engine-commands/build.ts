import { resolve } from 'node:path'
import { defined } from '../../lib/defined.ts'
import { packContext } from '../build-context.ts'
import { engineCommand } from '../engine-context.ts'
import { printProgressStream } from './progress-stream.ts'

export const build = engineCommand({
  usage: '[OPTIONS] PATH',
  args: { min: 1, max: 1 },
  options: {
    buildArg: { kind: 'list', help: 'Set build-time variables' },
    file: { kind: 'string', short: 'f', help: 'Name of the Dockerfile (default: "PATH/Dockerfile")' },
    label: { kind: 'list', help: 'Set metadata for an image' },
    network: { kind: 'string', help: 'Set the networking mode for the RUN instructions during build' },
    noCache: { kind: 'boolean', help: 'Do not use cache when building the image' },
    pull: { kind: 'boolean', help: 'Always attempt to pull all referenced images' },
    quiet: { kind: 'boolean', short: 'q', help: 'Suppress the build output and print image ID on success' },
    tag: { kind: 'list', short: 't', help: 'Name and optionally a tag (format: "name:tag")' },
    target: { kind: 'string', help: 'Set the target build stage to build' },
  },
  async run(cx, options, [path = '.']) {
    const { signal } = cx
    const { builder } = await cx.engine()
    // As for docker, the Dockerfile's path is relative to this folder, not to the context.
    const dockerfile = options.file === undefined ? {} : { dockerfile: resolve(cx.io.cwd, options.file) }
    const packed = await packContext({ context: resolve(cx.io.cwd, path), ...dockerfile }, { signal })
    const messages = builder.build(packed.archive, {
      ...(packed.dockerfile === undefined ? {} : { dockerfile: packed.dockerfile }),
      tags: options.tag,
      buildArgs: Object.fromEntries(options.buildArg.map((text) => pair(text, cx.io.env))),
      labels: Object.fromEntries(options.label.map((text) => pair(text, {})).map(([key, value]) => [key, value ?? ''])),
      noCache: options.noCache,
      pull: options.pull,
      signal,
      ...defined({ target: options.target, networkMode: options.network }),
    })
    const quiet = { ...cx.stdout, isTerminal: false, write: () => Promise.resolve() }
    const id = await printProgressStream(messages, options.quiet ? quiet : cx.stdout)
    return options.quiet && id !== undefined ? `${id}\n` : undefined
  },
})

/** `K=V`; `K` alone takes the environment's value. */
const pair = (text: string, env: Readonly<Record<string, string | undefined>>): [string, string | null] => {
  const at = text.indexOf('=')
  return at < 0 ? [text, env[text] ?? null] : [text.slice(0, at), text.slice(at + 1)]
}
