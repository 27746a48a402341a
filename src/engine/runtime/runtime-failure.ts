import { AppError } from '../../errors/app-error.ts'

export interface FailureContext {
  readonly operation?: 'create' | 'exec'
  /** First word of the command, for texts that leave it out. */
  readonly command?: string
}

type Operation = NonNullable<FailureContext['operation']>

const BEFORE: Readonly<Record<Operation, string>> = {
  create:
    'failed to create task for container: failed to create shim task: OCI runtime create failed: ' +
    'runc create failed: unable to start container process: ',
  exec: 'OCI runtime exec failed: exec failed: unable to start container process: ',
}

const MOUNT_HINT =
  'Are you trying to mount a directory onto a file (or vice-versa)? ' +
  'Check if the specified host path exists and is the expected type'

const execOf = (command?: string): string => (command === undefined ? 'exec' : `exec: "${command}"`)

/** What crun says → what runc would say. The errno's text comes last in both, capitalised in crun's. */
const CRUN: readonly { pattern: RegExp; runc: (match: readonly string[], command?: string) => string }[] = [
  {
    pattern: /executable file `([^`]*)` not found/,
    runc: ([, name = '']) =>
      name.includes('/')
        ? `exec: "${name}": stat ${name}: no such file or directory`
        : `exec: "${name}": executable file not found in $PATH`,
  },
  {
    pattern: /open executable: Permission denied/,
    runc: (_match, command) => `${execOf(command)}: permission denied`,
  },
  {
    // Only regular files may be run; a folder is the other thing that has the x bit.
    pattern: /open executable: (Operation not permitted|Is a directory)/,
    runc: (_match, command) =>
      command === '' ? 'exec: "": executable file not found in $PATH' : `${execOf(command)}: is a directory`,
  },
  {
    pattern: /chdir(?: to)? `([^`]*)`: (.+)/,
    runc: ([, path = '', why = '']) => `chdir to cwd ("${path}") set in config.json failed: ${why.toLowerCase()}`,
  },
  {
    pattern: /mount `([^`]*)` to `\/?([^`]*)`: (.+)/,
    runc: ([, source = '', target = '', why = '']) =>
      `error mounting "${source}" to rootfs at "/${target}": mount ${source}:/${target}: ${why.toLowerCase()}`,
  },
  {
    pattern: /error stat'ing file `([^`]*)`: (.+)/,
    runc: ([, source = '', why = '']) => `error mounting "${source}" to rootfs: stat ${source}: ${why.toLowerCase()}`,
  },
]

/**
 * Docker's sentence for what crun or runc wrote when it failed: its clients read their exit status from it ("executable
 * file not found", "permission denied"). The error's exit code is the container's: 127 not found, 126 may not be run
 * (both HTTP 400), 128 anything else (HTTP 500).
 */
export const runtimeFailure = (text: string, context: FailureContext = {}): AppError => {
  const operation = context.operation ?? 'create'
  const detail = detailOf(text, operation, context.command)
  const exitCode = exitCodeOf(detail)
  const isMount = detail.includes('mounting') && detail.includes('not a directory')
  const message = `${BEFORE[operation]}${detail}: unknown${isMount ? `: ${MOUNT_HINT}` : ''}`
  return new AppError('E_RUNTIME_FAILED', message, { exitCode, httpStatus: exitCode === 128 ? 500 : 400 })
}

/** runc from 1.2 on says so of everything that a container's first process finds. */
const IN_INIT: Readonly<Record<Operation, string>> = { create: 'error during container init: ', exec: '' }

const detailOf = (text: string, operation: Operation, command?: string): string => {
  const line = lastError(text)
  for (const { pattern, runc } of CRUN) {
    const match = pattern.exec(line)
    if (match) return IN_INIT[operation] + runc(match, command)
  }
  return line.replace(/^(runc create failed|exec failed): /, '').replace(/^unable to start container process: /, '')
}

/** The last line that is no warning, without the time and level of a log line (logrus' text format, or crun's). */
const lastError = (text: string): string => {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/\blevel="?(debug|info|warning)/.test(line))
  const line = lines.at(-1) ?? 'the OCI runtime ended without a word'
  const logged = /\bmsg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1]
  return logged === undefined ? line.replace(/^\d{4}-\d\d-\d\dT\S+: /, '') : logged.replaceAll(/\\(.)/g, '$1')
}

const exitCodeOf = (detail: string): 126 | 127 | 128 => {
  const text = detail.toLowerCase()
  if (/executable file not found|no such file or directory|not a directory/.test(text)) return 127
  return /permission denied|is a directory/.test(text) ? 126 : 128
}
