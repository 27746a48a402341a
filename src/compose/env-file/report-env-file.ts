import { sourceFile } from '../node.ts'
import type { Report } from '../report.ts'
import type { EnvFileResult } from './dotenv.ts'

/** Reports what is wrong in an environment file, each fault at its own line. */
export const reportEnvFile = (
  { faults, unset }: EnvFileResult,
  file: { readonly path: string; readonly text: string },
  report: Report,
): void => {
  const source = sourceFile(file.path, file.text, '')
  for (const { line, message } of faults) {
    const start = source.lineStarts[line - 1] ?? 0
    const end = (source.lineStarts[line] ?? file.text.length + 1) - 1
    report.error({ code: 'E_COMPOSE_ENV_FILE', message, path: '', place: { source, start, end } })
  }
  for (const variable of unset) {
    const message = `The "${variable}" variable is not set. Defaulting to a blank string.`
    report.warning({ code: 'E_COMPOSE_UNSET_VARIABLE', message, path: '' })
  }
}
