import { parseBytes } from '../../lib/bytes.ts'
import { parseDuration, printDuration } from '../../lib/duration.ts'
import { scalar, seq } from '../node.ts'
import { scalarText } from '../source/scalar.ts'
import { type Transform, eachItem, onScalar, reject } from './transform.ts'

/** `1.5g` → `"1610612736"`. */
export const bytes: Transform = onScalar((node, site) => {
  const count = parseBytes(scalarText(node.value))
  if (count !== undefined) return scalar(String(count), node.at)
  return reject(
    site,
    node.at,
    `"${scalarText(node.value)}" is not a size`,
    'Write bytes, or a number with k, m or g: 512m',
  )
})

/** `90s` → `1m30s`. */
export const duration: Transform = onScalar((node, site) => {
  const source = scalarText(node.value)
  const ms = parseDuration(source)
  if (ms !== undefined) return scalar(printDuration(ms), node.at)
  const hint = /^\d+$/.test(source) ? `Write it with its unit: ${source}s` : 'Write it as in 1m30s or 500ms'
  return reject(site, node.at, `"${source}" is not a duration`, hint)
})

export const number: Transform = onScalar((node, site) => {
  const value = Number(node.value)
  return Number.isNaN(value) ? reject(site, node.at, `"${String(node.value)}" is not a number`) : scalar(value, node.at)
})

export const wholeNumber: Transform = onScalar((node, site) =>
  Number.isInteger(Number(node.value))
    ? scalar(Number(node.value), node.at)
    : reject(site, node.at, `"${String(node.value)}" is not a whole number`),
)

/** File mode as octal text: a number is the mode itself, text is octal. */
export const octalMode: Transform = onScalar((node) => {
  const mode = typeof node.value === 'string' ? Number.parseInt(node.value, 8) : Number(node.value)
  return scalar(`0${mode.toString(8)}`, node.at)
})

/** File mode as a number: a number is the mode itself, text is octal. */
export const numericMode: Transform = onScalar((node) =>
  scalar(typeof node.value === 'string' ? Number.parseInt(node.value, 8) : Number(node.value), node.at),
)

/** Any scalar as text. */
export const asText: Transform = onScalar((node) => scalar(scalarText(node.value), node.at))

/** A list of texts; a single value is a list of one. */
export const textList: Transform = (node, site) =>
  eachItem(asText)(node.kind === 'scalar' && node.value !== null ? seq([node], node.at) : node, site)
