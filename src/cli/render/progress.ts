import type { Emit } from '../../scheduler/progress.ts'
import type { Output } from '../output.ts'
import { usageError } from '../usage-error.ts'
import type { Style } from './style.ts'

/** Shows what happens to resources, on standard error. */
export interface Progress {
  readonly emit: Emit
  /** Prints lines beside what is shown. */
  readonly note: (text: string) => Promise<void>
  /** Draws the last state. Nothing is emitted afterwards. */
  close(): Promise<void>
}

export interface ProgressSetting {
  readonly output: Output
  readonly style: Style
  /** `Running`, `Restarting`: the head of the live block. */
  readonly title: string
}

export const PROGRESS_MODES = ['auto', 'tty', 'plain', 'json', 'quiet'] as const

export type ProgressMode = (typeof PROGRESS_MODES)[number]

/** @throws E_CLI_USAGE */
export const readProgressMode = (text: string): ProgressMode => {
  const mode = PROGRESS_MODES.find((one) => one === text)
  if (!mode) throw usageError(`unsupported --progress value "${text}"`, `Use one of: ${PROGRESS_MODES.join(', ')}`)
  return mode
}

const renderers: Readonly<Record<Exclude<ProgressMode, 'auto'>, (setting: ProgressSetting) => Promise<Progress>>> = {
  tty: async (setting) => (await import('./tty.ts')).ttyProgress(setting),
  plain: async (setting) => (await import('./plain.ts')).plainProgress(setting),
  json: async (setting) => (await import('./json.ts')).jsonProgress(setting),
  quiet: async (setting) => (await import('./quiet.ts')).quietProgress(setting),
}

/** `auto` is `tty` on a terminal and `plain` elsewhere. */
export const createProgress = (mode: ProgressMode, setting: ProgressSetting): Promise<Progress> =>
  renderers[mode === 'auto' ? (setting.output.isTerminal ? 'tty' : 'plain') : mode](setting)
