import { defined } from '../../lib/defined.ts'
import type { Progress, ProgressSetting } from './progress.ts'

/** One JSON object a line, with Compose's keys: `{"id":"Container p-web-1","status":"Started"}`. */
export const jsonProgress = ({ output }: Pick<ProgressSetting, 'output'>): Progress => {
  let written = Promise.resolve()
  return {
    emit({ id, parentId, status, text, details, current, total }) {
      const percent = total && current !== undefined ? Math.floor((current * 100) / total) : undefined
      const message = { id, parent_id: parentId, status: text, details, current, total, percent }
      const failed = status === 'error' ? { error: true } : {}
      written = output.write(`${JSON.stringify({ ...defined(message), ...failed })}\n`)
    },
    note: (text) => output.write(`${JSON.stringify({ status: 'Warning', text: text.trimEnd() })}\n`),
    close: () => written,
  }
}
