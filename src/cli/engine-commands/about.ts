import { NO_ARGS } from '../commands/compose-command.ts'
import { engineCommand } from '../engine-context.ts'
import { cleanLine } from '../render/clean.ts'
import { goJson } from '../render/go-template.ts'
import { usageError } from '../usage-error.ts'
import { VERSION } from '../version.ts'

const formatOption = {
  format: { kind: 'string', short: 'f', help: 'Format output: json, or text when absent' },
} as const

export const version = engineCommand({
  usage: '[OPTIONS]',
  args: NO_ARGS,
  options: formatOption,
  async run(cx, options) {
    const json = wantsJson(options.format)
    const engine = await (await cx.engine()).system.version({ signal: cx.signal })
    if (json) return `${goJson({ Client: { Version: VERSION }, Server: engine })}\n`
    const rows: [string, string][] = [
      ['Version', engine.Version],
      ['API version', `${engine.ApiVersion} (minimum version ${engine.MinAPIVersion})`],
      ['OS/Arch', `${engine.Os}/${engine.Arch}`],
      ['Kernel', engine.KernelVersion],
      ...engine.Components.map(({ Name, Version }): [string, string] => [Name, Version]),
    ]
    return `Client:\n${lines([['Version', VERSION]])}\nEngine:\n${lines(rows)}`
  },
})

export const info = engineCommand({
  usage: '[OPTIONS]',
  args: NO_ARGS,
  options: formatOption,
  async run(cx, options) {
    const json = wantsJson(options.format)
    const engine = await (await cx.engine()).system.info({ signal: cx.signal })
    if (json) return `${goJson(engine)}\n`
    const text = lines([
      ['Containers', engine.Containers],
      ['  Running', engine.ContainersRunning],
      ['  Paused', engine.ContainersPaused],
      ['  Stopped', engine.ContainersStopped],
      ['Images', engine.Images],
      ['Server version', engine.ServerVersion],
      ['Storage driver', engine.Driver],
      ['Cgroup version', engine.CgroupVersion],
      ['Default runtime', engine.DefaultRuntime],
      ['CPUs', engine.NCPU],
      ['Total memory', engine.MemTotal],
      ['Data root', engine.DockerRootDir],
    ])
    return text + (engine.Warnings ?? []).map((warning) => `WARNING: ${cleanLine(warning)}\n`).join('')
  },
})

const wantsJson = (format: string | undefined): boolean => {
  if (format === undefined || format === '') return false
  if (format === 'json') return true
  throw usageError(`unsupported format "${format}"`, 'Use json')
}

const lines = (rows: readonly (readonly [string, string | number])[]): string =>
  rows.map(([name, value]) => ` ${name}: ${cleanLine(String(value))}\n`).join('')
