import type { Progress, ProgressSetting } from './progress.ts'

/** Shows nothing but notes. */
export const quietProgress = ({ output }: Pick<ProgressSetting, 'output'>): Progress => ({
  emit: () => undefined,
  note: (text) => output.write(text),
  close: () => Promise.resolve(),
})
