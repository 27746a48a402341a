import { printBytes } from '../../lib/bytes.ts'
import type { ProgressEvent } from '../../scheduler/progress.ts'
import { cleanLine } from './clean.ts'
import type { Style } from './style.ts'

/** The last event of a resource and when it began and ended, in milliseconds. */
export interface ProgressEntry {
  readonly event: ProgressEvent
  readonly began: number
  readonly ended?: number
  /** Bytes of its parts: the layers of an image. */
  readonly bytes?: { readonly current: number; readonly total: number }
}

export interface BlockSetting {
  readonly title: string
  readonly columns: number
  /** Lines that the block may take. */
  readonly rows: number
  readonly now: number
  readonly style: Style
}

const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'
const FRAME_MS = 100

/**
 * The lines of the live block:
 *
 *     [+] Running 1/2
 *      ✔ Container p-db-1   Healthy     2.1s
 *      ⠴ Container p-web-1  Starting    0.3s
 *
 * When there are more resources than rows, those at work are shown first.
 */
export const progressBlock = (entries: readonly ProgressEntry[], setting: BlockSetting): string[] => {
  const ended = entries.filter((entry) => entry.ended !== undefined).length
  const head = `[+] ${setting.title} ${ended}/${entries.length}`
  const shown = fitting(entries, Math.max(1, setting.rows - 1))
  const width = Math.max(0, ...shown.map((entry) => idOf(entry).length))
  return [
    ended === entries.length ? setting.style.blue(head) : head,
    ...shown.map((entry) => line(entry, width, setting)),
  ]
}

const fitting = (entries: readonly ProgressEntry[], room: number): readonly ProgressEntry[] => {
  if (entries.length <= room) return entries
  const working = entries.filter((entry) => entry.ended === undefined)
  const rest = entries.filter((entry) => entry.ended !== undefined)
  return [...working, ...rest.slice(-room)].slice(0, room)
}

const idOf = ({ event }: ProgressEntry): string => cleanLine(event.id)

const line = (entry: ProgressEntry, width: number, { columns, now, style }: BlockSetting): string => {
  const { event, began, ended } = entry
  const seconds = `${(((ended ?? now) - began) / 1000).toFixed(1)}s `
  const start = `${idOf(entry).padEnd(width)}  `
  const room = Math.max(0, columns - start.length - seconds.length - 3)
  const [word, more] = [cleanLine(event.text), moreOf(entry)]
  const text = (more ? `${word} ${more}` : word).slice(0, room)
  const painted = PAINT[event.status](style, text.slice(0, word.length)) + text.slice(word.length)
  const padding = ' '.repeat(room - text.length)
  return ` ${markOf(entry, now, style)} ${start}${painted}${padding}${style.blue(seconds)}`
}

const moreOf = ({ event, bytes }: ProgressEntry): string => {
  if (bytes && event.status === 'working') return `${printBytes(bytes.current)} / ${printBytes(bytes.total)}`
  return cleanLine((event.details ?? '').trim().split('\n').at(-1) ?? '')
}

const PAINT: Readonly<Record<ProgressEvent['status'], (style: Style, text: string) => string>> = {
  working: (_style, text) => text,
  done: (style, text) => style.green(text),
  warning: (style, text) => style.yellow(text),
  error: (style, text) => style.red(text),
}

const MARK = { done: '✔', warning: '!', error: '✘' } as const

const markOf = ({ event, began }: ProgressEntry, now: number, style: Style): string => {
  if (event.status !== 'working') return PAINT[event.status](style, MARK[event.status])
  return style.yellow(SPINNER[Math.floor((now - began) / FRAME_MS) % SPINNER.length] ?? '')
}
