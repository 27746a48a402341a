import { type Entry, type Node, type Place, type ScalarNode, entry } from '../node.ts'
import { itemPath, keyPath } from '../path.ts'
import type { Report } from '../report.ts'
import { type RuleTree, descend, ruleTree } from '../rules.ts'
import { CASTS, type Cast, isOldBoolean } from './casts.ts'
import { TemplateError, evaluate, parseTemplate } from './template.ts'

const CAST_TREE = ruleTree(CASTS)

export interface InterpolateContext {
  readonly environment: Readonly<Record<string, string>>
  readonly report: Report
  /** False leaves expressions as they are; strings are still read as the type their attribute needs. */
  readonly interpolate: boolean
}

/** Replaces variables in all values (never in keys), then reads each string as the type its attribute needs. */
export const interpolate = (root: Node, context: InterpolateContext): Node => walk(root, CAST_TREE, '', context)

const walk = (node: Node, casts: RuleTree<Cast> | undefined, path: string, context: InterpolateContext): Node => {
  if (node.kind === 'scalar') {
    if (typeof node.value !== 'string') return node
    const filled = context.interpolate && node.value.includes('$') ? fill(node, node.value, path, context) : node
    return casts?.rule ? cast(filled, casts.rule, path, context) : filled
  }
  if (node.kind === 'seq') {
    return { ...node, items: node.items.map((item, i) => walk(item, descend(casts, '*'), itemPath(path, i), context)) }
  }
  const entries = new Map<string, Entry>()
  for (const [key, { key: place, value }] of node.entries) {
    entries.set(key, entry(walk(value, descend(casts, key), keyPath(path, key), context), place))
  }
  return { ...node, entries }
}

const fill = (node: ScalarNode, template: string, path: string, { environment, report }: InterpolateContext): Node => {
  try {
    const value = evaluate(parseTemplate(template), {
      get: (name) => (Object.hasOwn(environment, name) ? environment[name] : undefined),
      unset: (name) =>
        report.warning({
          code: 'E_COMPOSE_UNSET_VARIABLE',
          message: `The "${name}" variable is not set. Defaulting to a blank string.`,
          path,
          place: within(node.at, new RegExp(`\\$\\{?${name}\\b`)),
        }),
    })
    return { ...node, value }
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    const { kind, source, variable, detail } = error.fault
    const place = within(node.at, source)
    if (kind === 'required') {
      const message = `${path}: required variable ${variable ?? ''} is missing a value${detail ? `: ${detail}` : ''}`
      report.error({ code: 'E_COMPOSE_MISSING_VARIABLE', message, path, place })
    } else {
      const message = `invalid interpolation format for ${path}: "${source}"`
      report.error({ code: 'E_COMPOSE_INTERPOLATION', message, path, place })
    }
    return { ...node, value: null }
  }
}

/** The place of a fragment inside a scalar, where the scalar is written as it reads. */
const within = (at: Place, fragment: string | RegExp): Place => {
  const source = at.source.text.slice(at.start, at.end)
  const match = typeof fragment === 'string' ? source.indexOf(fragment) : source.search(fragment)
  if (match < 0) return at
  const length = typeof fragment === 'string' ? fragment.length : (fragment.exec(source)?.[0].length ?? 1)
  return { source: at.source, start: at.start + match, end: at.start + match + length }
}

const cast = (node: Node, { name, read }: Cast, path: string, { report, interpolate }: InterpolateContext): Node => {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return node
  if (!interpolate && node.value.includes('$')) return node
  const value = read(node.value)
  if (value === undefined) {
    const message = `${path}: "${node.value}" is not ${name}`
    report.error({ code: 'E_COMPOSE_VALUE', message, path, place: node.at })
    return { ...node, value: null }
  }
  if (typeof value === 'boolean' && isOldBoolean(node.value)) {
    report.warning({
      code: 'E_COMPOSE_DISCOURAGED',
      message: `${path}: "${node.value}" for boolean is not supported by YAML 1.2, please use \`${value}\``,
      path,
      place: node.at,
      hint: `Write ${value}`,
    })
  }
  return { ...node, value }
}
