import { errorRows } from './row.ts'

export const cliErrors = errorRows({
  E_CLI_USAGE: { title: 'The command line is not right', hint: 'Run the command with --help', exit: 1, http: 400 },
  E_CLI_NO_SERVICE: {
    title: 'A service named on the command line does not exist',
    hint: 'List the services with: tsc-compose config --services',
    exit: 1,
    http: 404,
  },
  E_CLI_NO_OBJECT: {
    title: 'No container, image, network or volume has the name',
    hint: 'List them with: tsc-engine ps --all, tsc-engine images',
    exit: 1,
    http: 404,
  },
  E_CLI_NOT_RUNNING: {
    title: 'No container of the service runs',
    hint: 'Start it with: tsc-compose up --detach',
    exit: 1,
    http: 409,
  },
  E_CLI_FAILED: { title: 'Some steps failed', hint: 'See the messages above', exit: 1, http: 500 },
  E_CLI_ENGINE_START: {
    title: 'The built-in engine did not start',
    hint: 'Run tsc-engine serve in a terminal to see why',
    exit: 1,
    http: 500,
  },
  E_CLI_INTERRUPTED: { title: 'The user ended the command', hint: '', exit: 130, http: 500 },
  E_CLI_FILE: { title: 'A file named on the command line cannot be used', hint: 'Check its path', exit: 1, http: 400 },
})
