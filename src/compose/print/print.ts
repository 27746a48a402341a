import type { Project } from '../model.ts'
import { arrange, plainOrder } from './arrange.ts'
import { PROJECT } from './layout.ts'
import { naturalOrder } from './natural-order.ts'
import { emitYaml } from './yaml-emitter.ts'

export interface PrintOptions {
  /** `$` as `$$`, so that the output is a compose file again; not for a model that was loaded without interpolation. */
  readonly escapeDollars?: boolean
}

/** The project as YAML, as `docker compose config` prints it. */
export const printYaml = ({ model }: Project, { escapeDollars = true }: PrintOptions = {}): string => {
  const { extensions, ...rest } = model
  return escape(emitYaml(arrange({ ...rest, ...extensions }, PROJECT, 'yaml', naturalOrder)), escapeDollars)
}

/** The project as JSON, as `docker compose config --format json` prints it: no line end after the last brace. */
export const printJson = ({ model }: Project, { escapeDollars = true }: PrintOptions = {}): string => {
  const { extensions, ...rest } = model
  const arranged = arrange(rest, PROJECT, 'json', plainOrder)
  const top = {
    ...(arranged as Record<string, unknown>),
    ...(arrange(extensions, { kind: 'any' }, 'json', plainOrder) as object),
  }
  const ordered = Object.fromEntries(Object.entries(top).sort(([a], [b]) => plainOrder(a, b)))
  return escape(goJson(ordered), escapeDollars)
}

const escape = (text: string, escapeDollars: boolean): string => (escapeDollars ? text.replaceAll('$', '$$$$') : text)

/** JSON with two spaces, and the characters escaped that Go escapes. */
const goJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replaceAll(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
