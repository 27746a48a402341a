import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AppError, messageOf } from '../errors/app-error.ts'

/**
 * Writes a command's text to the file that `--output` names.
 * @throws E_CLI_FILE
 */
export const writeOutput = async (cwd: string, path: string, text: string): Promise<void> => {
  const target = resolve(cwd, path)
  await writeFile(target, text).catch((cause: unknown) => {
    throw new AppError('E_CLI_FILE', `Cannot write "${target}": ${messageOf(cause)}`, { cause })
  })
}
