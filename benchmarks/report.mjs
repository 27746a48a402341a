import { existsSync, readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'

const START = '<!-- figures: written by npm run bench -->'
const END = '<!-- end of figures -->'

/** `text` with the part between the two marks replaced. */
export function withFigures(text, figures) {
  const from = text.indexOf(START)
  const to = text.indexOf(END)
  if (from < 0 || to < from) throw new Error(`The marks "${START}" and "${END}" are missing`)
  return `${text.slice(0, from)}${START}\n\n${figures}\n\n${text.slice(to)}`
}

/**
 * Markdown: the machine, and a row for each figure; with two targets also how many times less the first one takes.
 * @param {{ name: string, version: string, figures: Record<string, number> }[]} results
 */
export function printFigures(results) {
  const [first, second] = results
  const heads = ['', ...results.map(({ name }) => name), ...(second ? ['ratio'] : [])]
  const rows = Object.keys(first.figures).map((key) => {
    const values = results.map(({ figures }) => figures[key])
    return [
      key,
      ...values.map((value) => printValue(key, value)),
      ...(second ? [`${(values[1] / values[0]).toFixed(1)}×`] : []),
    ]
  })
  const versions = results.map(({ name, version }) => `${name}: ${version}`)
  return [...machine(), ...versions].map((line) => `- ${line}`).join('\n') + `\n\n${markdownTable([heads, ...rows])}`
}

function machine() {
  const [cpu] = cpus()
  return [
    `machine: ${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB memory`,
    `Linux ${release()}, cgroup ${existsSync('/sys/fs/cgroup/cgroup.controllers') ? 'v2' : 'v1'}, ${distribution()}`,
    `Node ${process.version}`,
    `measured on ${new Date().toISOString().slice(0, 10)}`,
  ]
}

function distribution() {
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown distribution'
}

function markdownTable([heads, ...rows]) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

/** Seconds, or megabytes where the row is about memory. */
export function printValue(key, value) {
  return /[PR]SS$/.test(key) ? `${(value / 1e6).toFixed(1)} MB` : `${value.toFixed(2)} s`
}
