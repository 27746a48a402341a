import type { ProgressEvent } from '../../scheduler/progress.ts'
import type { Progress, ProgressSetting } from './progress.ts'
import { type ProgressEntry, progressBlock } from './progress-block.ts'

const FRAME_MS = 100
const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
const CLEAR_BELOW = '\u001b[J'
const up = (lines: number): string => (lines === 0 ? '' : `\u001b[${lines}A\r`)

/** A block of lines that is drawn again in place while things happen. */
export const ttyProgress = (setting: ProgressSetting, clock: () => number = () => performance.now()): Progress => {
  const { output, style, title } = setting
  const entries = new Map<string, ProgressEntry>()
  const parts = new Map<string, Map<string, ProgressEvent>>()
  let drawn = 0
  let timer: NodeJS.Timeout | undefined
  let written = Promise.resolve()

  const draw = (rows: number): void => {
    const { columns } = output
    const lines = progressBlock([...entries.values()], { title, columns, rows, now: clock(), style })
    const block = lines.map((line) => `${line}\n`).join('')
    written = output.write(`${HIDE_CURSOR}${up(drawn)}${CLEAR_BELOW}${block}${SHOW_CURSOR}`)
    drawn = lines.length
  }

  const emit = (event: ProgressEvent): void => {
    timer ??= setInterval(() => draw(output.rows - 1), FRAME_MS)
    if (event.parentId !== undefined) addPart(parts, event.parentId, event)
    const id = event.parentId ?? event.id
    const before = entries.get(id)
    const now = clock()
    const entry = event.parentId === undefined ? event : before?.event
    if (!entry) return
    const began = before?.began ?? now
    const bytes = sum(parts.get(id))
    entries.set(id, {
      event: entry,
      began,
      ...(entry.status === 'working' ? {} : { ended: before?.ended ?? now }),
      ...(bytes ? { bytes } : {}),
    })
  }

  const note = async (text: string): Promise<void> => {
    await output.write(`${up(drawn)}${CLEAR_BELOW}${text}`)
    drawn = 0
  }

  const close = async (): Promise<void> => {
    clearInterval(timer)
    if (entries.size === 0) return
    draw(Number.POSITIVE_INFINITY)
    await written
  }

  return { emit, note, close }
}

const addPart = (parts: Map<string, Map<string, ProgressEvent>>, parentId: string, event: ProgressEvent): void => {
  const of = parts.get(parentId) ?? new Map<string, ProgressEvent>()
  of.set(event.id, event)
  parts.set(parentId, of)
}

const sum = (parts: Map<string, ProgressEvent> | undefined): { current: number; total: number } | undefined => {
  const counted = [...(parts?.values() ?? [])].filter((part) => part.total !== undefined)
  if (counted.length === 0) return undefined
  const add = (pick: (part: ProgressEvent) => number | undefined): number =>
    counted.reduce((total, part) => total + (pick(part) ?? 0), 0)
  return { current: add((part) => part.current), total: add((part) => part.total) }
}
