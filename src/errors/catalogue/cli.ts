import { errorRows } from './row.ts'

export const cliErrors = errorRows({
  E_CLI_USAGE: { title: 'The command line is not right', hint: 'Run the command with --help', exit: 1, http: 400 },
})
