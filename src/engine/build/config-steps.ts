import { posix } from 'node:path'
import type { ContainerConfig } from '../../port/containers.ts'
import type { CommandForm, Instruction, InstructionKind } from './dockerfile/instruction.ts'
import { syntax } from './dockerfile/lex.ts'

/** Expansion in the scope of the instruction. */
export interface Expansion {
  word(text: string): string
  words(text: string): string[]
}

/** What a stage knows beside the configuration that decides how an instruction changes it. */
export interface ConfigScope {
  readonly expand: Expansion
  /** A CMD stood earlier in this stage. */
  readonly hasCmd: boolean
}

export const DEFAULT_SHELL: readonly string[] = ['/bin/sh', '-c']

export const commandArgs = (form: CommandForm, config: ContainerConfig): string[] =>
  'exec' in form ? [...form.exec] : [...(config.Shell ?? DEFAULT_SHELL), form.shell]

/** Instructions that only change the configuration. */
export type ConfigKind = Exclude<InstructionKind, 'FROM' | 'ARG' | 'RUN' | 'COPY' | 'ADD' | 'MAINTAINER'>

type ConfigStep<K extends InstructionKind> = (
  config: ContainerConfig,
  instruction: Instruction<K>,
  scope: ConfigScope,
) => ContainerConfig

const setEnv = (env: readonly string[], key: string, value: string): string[] => {
  const entry = `${key}=${value}`
  const isSame = (other: string): boolean => other.startsWith(`${key}=`)
  return env.some(isSame) ? env.map((other) => (isSame(other) ? entry : other)) : [...env, entry]
}

const PORT = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/i
const MAX_PORT = 65_535

/** `8000-8002/tcp` → three keys of `ExposedPorts`. */
const exposedPorts = (word: string, { where }: Instruction<'EXPOSE'>): string[] => {
  const match = PORT.exec(word)
  const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])]
  if (!match || first > last || last > MAX_PORT) throw syntax(`invalid containerPort: ${word}`, where)
  const protocol = (match[3] ?? 'tcp').toLowerCase()
  return Array.from({ length: last - first + 1 }, (_, i) => `${first + i}/${protocol}`)
}

const SIGNAL = /^(?:\d{1,2}|(?:SIG)?[A-Z][A-Z0-9+-]*)$/i

export const CONFIG_STEPS: { readonly [K in ConfigKind]: ConfigStep<K> } = {
  ENV: (config, { pairs }, { expand }) => {
    // One instruction sees the values from before it.
    const values = pairs.map(({ key, value }) => ({ key: expand.word(key), value: expand.word(value) }))
    return { ...config, Env: values.reduce((env, { key, value }) => setEnv(env, key, value), config.Env ?? []) }
  },
  LABEL: (config, { pairs }, { expand }) => {
    const added = pairs.map(({ key, value }) => [expand.word(key), expand.word(value)] as const)
    return { ...config, Labels: { ...config.Labels, ...Object.fromEntries(added) } }
  },
  CMD: (config, { form }) => ({ ...config, Cmd: commandArgs(form, config) }),
  ENTRYPOINT: (config, { form }, { hasCmd }) => {
    const { Cmd, ...rest } = config
    // A command that came with the base image was meant for another entrypoint.
    return { ...rest, ...(hasCmd && Cmd ? { Cmd } : {}), Entrypoint: commandArgs(form, config) }
  },
  WORKDIR: (config, { value }, { expand }) => ({
    ...config,
    WorkingDir: posix.resolve('/', config.WorkingDir || '/', expand.word(value)),
  }),
  USER: (config, { value }, { expand }) => ({ ...config, User: expand.word(value) }),
  EXPOSE: (config, instruction, { expand }) => {
    const ports = expand.words(instruction.ports).flatMap((word) => exposedPorts(word, instruction))
    const all = { ...config.ExposedPorts, ...Object.fromEntries(ports.map((port) => [port, {}])) }
    return { ...config, ExposedPorts: Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))) }
  },
  VOLUME: (config, { words, where }, { expand }) => {
    const paths = typeof words === 'string' ? expand.words(words) : words.map((word) => expand.word(word))
    if (paths.some((path) => path.trim() === '')) throw syntax('VOLUME specified can not be an empty string', where)
    return { ...config, Volumes: { ...config.Volumes, ...Object.fromEntries(paths.map((path) => [path, {}])) } }
  },
  STOPSIGNAL: (config, { value, where }, { expand }) => {
    const signal = expand.word(value)
    if (!SIGNAL.test(signal)) throw syntax(`invalid signal: ${signal}`, where)
    return { ...config, StopSignal: signal }
  },
  SHELL: (config, { words }) => ({ ...config, Shell: [...words] }),
  HEALTHCHECK: (config, { health, form }) => {
    if (!form) return { ...config, Healthcheck: health }
    const test = 'exec' in form ? ['CMD', ...form.exec] : ['CMD-SHELL', form.shell]
    return { ...config, Healthcheck: { ...health, Test: test } }
  },
}

export const isConfigInstruction = (instruction: Instruction): instruction is Instruction<ConfigKind> =>
  instruction.kind in CONFIG_STEPS

/** The configuration after an instruction that only changes it. */
export const applyConfigStep = <K extends ConfigKind>(
  config: ContainerConfig,
  instruction: Instruction<K>,
  scope: ConfigScope,
): ContainerConfig => (CONFIG_STEPS[instruction.kind] as unknown as ConfigStep<K>)(config, instruction, scope)
