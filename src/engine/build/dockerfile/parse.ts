import { AppError } from '../../../errors/app-error.ts'
import { parseDuration } from '../../../lib/duration.ts'
import { suggest } from '../../../lib/suggest.ts'
import type { HealthConfig } from '../../../port/containers.ts'
import type { CommandForm, Instruction, InstructionBody, Pair } from './instruction.ts'
import { type RawInstruction, lexDockerfile, syntax } from './lex.ts'
import { jsonWords, rawWords } from './words.ts'

export interface Dockerfile {
  readonly escape: string
  readonly instructions: readonly Instruction[]
}

/** Flags by name: `true` when it is supported, `false` when it is only known. */
type Flags = Readonly<Record<string, boolean>>
type Parser = (raw: RawInstruction, escape: string) => InstructionBody

interface Row {
  readonly parse: Parser
  readonly flags?: Flags
}

/** Reads a Dockerfile. @throws E_BUILD_SYNTAX, E_BUILD_UNSUPPORTED with the place */
export const parseDockerfile = (text: string, file: string): Dockerfile => {
  const { escape, instructions } = lexDockerfile(text, file)
  return { escape, instructions: instructions.map((raw) => parseInstruction(raw, escape)) }
}

export const parseInstruction = (raw: RawInstruction, escape: string): Instruction => {
  const row = ROWS[raw.keyword]
  if (!row) {
    if (raw.keyword === 'ONBUILD') throw unsupported('ONBUILD', raw)
    const near = suggest(raw.keyword, Object.keys(ROWS))
    throw syntax(`unknown instruction: ${raw.keyword}`, raw.where, near && `did you mean "${near}"?`)
  }
  checkFlags(raw, row.flags ?? {})
  if (raw.rest === '') throw syntax(`${raw.keyword} requires at least one argument`, raw.where)
  const flags = raw.flags.map(({ name, value }) => `--${name}${value === undefined ? '' : `=${value}`}`)
  return { ...row.parse(raw, escape), where: raw.where, text: [raw.keyword, ...flags, raw.rest].join(' ') }
}

const checkFlags = (raw: RawInstruction, known: Flags): void => {
  const seen = new Set<string>()
  for (const { name, value } of raw.flags) {
    const isSupported = known[name]
    if (isSupported === undefined) {
      const near = suggest(name, Object.keys(known))
      throw syntax(`unknown flag: --${name}`, raw.where, near && `did you mean "--${near}"?`)
    }
    if (!isSupported) throw unsupported(`${raw.keyword} --${name}`, raw)
    if (value === undefined) throw syntax(`missing a value on flag: --${name}`, raw.where)
    if (seen.has(name)) throw syntax(`duplicate flag specified: --${name}`, raw.where)
    seen.add(name)
  }
}

const unsupported = (what: string, { where }: RawInstruction): AppError =>
  new AppError('E_BUILD_UNSUPPORTED', `dockerfile line ${where.line}: ${what} is not supported yet`, { where })

const flag = ({ flags }: RawInstruction, name: string): string | undefined =>
  flags.find((found) => found.name === name)?.value

const optional = <K extends string>(key: K, value: string | undefined): { [P in K]?: string } =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: string }

const commandForm = (text: string): CommandForm => {
  const exec = jsonWords(text)
  return exec ? { exec } : { shell: text }
}

const parseFrom: Parser = (raw) => {
  const words = raw.rest.split(/\s+/)
  const [image = '', as, name] = words
  const isPlain = words.length === 1
  if (!isPlain && (words.length !== 3 || as?.toUpperCase() !== 'AS')) {
    throw syntax('FROM requires either one or three arguments', raw.where)
  }
  if (name !== undefined && !/^[a-z][a-z0-9_.-]*$/.test(name.toLowerCase())) {
    throw syntax(
      `invalid name for build stage: "${name}", name can't start with a number or contain symbols`,
      raw.where,
    )
  }
  return {
    kind: 'FROM',
    image,
    ...optional('platform', flag(raw, 'platform')),
    ...optional('name', name?.toLowerCase()),
  }
}

const parseArg: Parser = (raw, escape) => ({
  kind: 'ARG',
  args: rawWords(raw.rest, escape).map((word) => {
    const equals = word.indexOf('=')
    const name = equals < 0 ? word : word.slice(0, equals)
    if (name === '') throw syntax('ARG names can not be blank', raw.where)
    return equals < 0 ? { name } : { name, value: word.slice(equals + 1) }
  }),
})

const parsePairs =
  (kind: 'ENV' | 'LABEL'): Parser =>
  (raw, escape) => {
    const words = rawWords(raw.rest, escape)
    if (!words[0]?.includes('=')) {
      // The old form: one name, and everything after it is the value.
      const [, key = '', value] = /^(\S+)\s+([\s\S]+)$/.exec(raw.rest) ?? []
      if (value === undefined) throw syntax(`${kind} must have two arguments`, raw.where)
      return { kind, pairs: [{ key, value }] }
    }
    return { kind, pairs: words.map((word) => parsePair(word, raw)) }
  }

const parsePair = (word: string, raw: RawInstruction): Pair => {
  const equals = word.indexOf('=')
  if (equals < 0) throw syntax(`can't find = in "${word}". Must be of the form: name=value`, raw.where)
  if (equals === 0) throw syntax(`${raw.keyword} names can not be blank`, raw.where)
  return { key: word.slice(0, equals), value: word.slice(equals + 1) }
}

const parseRun: Parser = (raw) => {
  const [only] = raw.heredocs
  if (!only) return { kind: 'RUN', form: commandForm(raw.rest) }
  const isScript = raw.heredocs.length === 1 && /^<<-?\s*["']?[\w.-]+["']?$/.test(raw.rest)
  if (!isScript) {
    const bodies = raw.heredocs.map(({ name, body }) => `${body}${name}`)
    return { kind: 'RUN', form: { shell: [raw.rest.replaceAll(/<<-/g, '<<'), ...bodies].join('\n') } }
  }
  if (only.body.startsWith('#!')) throw unsupported('a here-document with an interpreter line', raw)
  return { kind: 'RUN', form: { shell: only.body } }
}

const parseCommand =
  (kind: 'CMD' | 'ENTRYPOINT'): Parser =>
  (raw) => ({ kind, form: commandForm(raw.rest) })

const parseCopy =
  (kind: 'COPY' | 'ADD'): Parser =>
  (raw, escape) => {
    if (raw.heredocs.length > 0) throw unsupported(`a here-document as a source of ${kind}`, raw)
    const words = jsonWords(raw.rest) ?? rawWords(raw.rest, escape)
    const destination = words.at(-1)
    if (destination === undefined || words.length < 2) {
      throw syntax(`${kind} requires at least two arguments, but only one was provided`, raw.where)
    }
    const sources = words.slice(0, -1)
    if (kind === 'ADD' && sources.some((source) => /^(?:https?|ftp|git|ssh):\/\/|^git@/.test(source))) {
      throw unsupported('ADD from a URL', raw)
    }
    return {
      kind,
      sources,
      destination,
      heredocs: [],
      ...optional('from', flag(raw, 'from')),
      ...optional('chown', flag(raw, 'chown')),
      ...optional('chmod', flag(raw, 'chmod')),
    }
  }

const parseText =
  (kind: 'WORKDIR' | 'USER' | 'STOPSIGNAL' | 'MAINTAINER'): Parser =>
  (raw) => {
    if (kind !== 'MAINTAINER' && kind !== 'WORKDIR' && /\s/.test(raw.rest.replaceAll(/\$\{[^}]*\}|"[^"]*"/g, ''))) {
      throw syntax(`${kind} requires exactly one argument`, raw.where)
    }
    return { kind, value: raw.rest }
  }

const parseShell: Parser = (raw) => {
  const words = jsonWords(raw.rest)
  if (!words || words.length === 0) throw syntax('SHELL requires the arguments to be in JSON form', raw.where)
  return { kind: 'SHELL', words }
}

const HEALTH_FLAGS = {
  interval: 'Interval',
  timeout: 'Timeout',
  'start-period': 'StartPeriod',
  'start-interval': 'StartInterval',
} as const

const parseHealthcheck: Parser = (raw) => {
  const [, type = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(raw.rest) ?? []
  if (type.toUpperCase() === 'NONE') {
    if (rest !== '') throw syntax('HEALTHCHECK NONE takes no arguments', raw.where)
    return { kind: 'HEALTHCHECK', health: { Test: ['NONE'] } }
  }
  if (type.toUpperCase() !== 'CMD') throw syntax(`unknown type "${type}" in HEALTHCHECK (try CMD)`, raw.where)
  if (rest === '') throw syntax('missing command after HEALTHCHECK CMD', raw.where)
  const health: HealthConfig = {}
  for (const [name, field] of Object.entries(HEALTH_FLAGS)) {
    const text = flag(raw, name)
    if (text === undefined) continue
    const ms = parseDuration(text)
    if (ms === undefined || ms < 0) throw syntax(`invalid duration "${text}" of --${name}`, raw.where)
    if (ms > 0 && ms < 1) throw syntax(`the duration "${text}" of --${name} is less than 1ms`, raw.where)
    health[field] = Math.round(ms * 1e6)
  }
  const retries = flag(raw, 'retries')
  if (retries !== undefined) {
    if (!/^\d+$/.test(retries)) throw syntax(`--retries must be a number and not "${retries}"`, raw.where)
    health.Retries = Number(retries)
  }
  return { kind: 'HEALTHCHECK', health, form: commandForm(rest) }
}

const COPY_FLAGS = { from: true, chown: true, chmod: true, link: false, parents: false, exclude: false }
const ADD_FLAGS = {
  chown: true,
  chmod: true,
  checksum: false,
  'keep-git-dir': false,
  unpack: false,
  link: false,
  exclude: false,
}

const ROWS: Readonly<Record<string, Row>> = {
  FROM: { parse: parseFrom, flags: { platform: true } },
  ARG: { parse: parseArg },
  ENV: { parse: parsePairs('ENV') },
  LABEL: { parse: parsePairs('LABEL') },
  RUN: { parse: parseRun, flags: { mount: false, network: false, security: false, device: false } },
  CMD: { parse: parseCommand('CMD') },
  ENTRYPOINT: { parse: parseCommand('ENTRYPOINT') },
  COPY: { parse: parseCopy('COPY'), flags: COPY_FLAGS },
  ADD: { parse: parseCopy('ADD'), flags: ADD_FLAGS },
  WORKDIR: { parse: parseText('WORKDIR') },
  USER: { parse: parseText('USER') },
  STOPSIGNAL: { parse: parseText('STOPSIGNAL') },
  MAINTAINER: { parse: parseText('MAINTAINER') },
  EXPOSE: { parse: ({ rest }) => ({ kind: 'EXPOSE', ports: rest }) },
  VOLUME: { parse: ({ rest }) => ({ kind: 'VOLUME', words: jsonWords(rest) ?? rest }) },
  SHELL: { parse: parseShell },
  HEALTHCHECK: {
    parse: parseHealthcheck,
    flags: { ...Object.fromEntries(Object.keys(HEALTH_FLAGS).map((name) => [name, true])), retries: true },
  },
}
