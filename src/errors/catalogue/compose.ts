import { errorRows } from './row.ts'

const file = { exit: 1, http: 400 } as const

export const composeErrors = errorRows({
  E_COMPOSE_INVALID: {
    title: 'A compose file has errors',
    hint: 'Correct the places named above and run the command again',
    ...file,
  },
  E_COMPOSE_NO_FILE: {
    title: 'There is no compose file',
    hint: 'Run the command in the folder of a compose.yaml, or name the file with -f',
    ...file,
  },
  E_COMPOSE_UNREADABLE: {
    title: 'A file that the project names cannot be read',
    hint: 'Check the path; it is relative to the project directory, or to the file that extends names',
    ...file,
  },
  E_COMPOSE_SYNTAX: {
    title: 'A compose file is no well-formed YAML',
    hint: 'Check the indentation, quotes and brackets at the place shown',
    ...file,
  },
  E_COMPOSE_DUPLICATE_KEY: {
    title: 'A mapping has the same key twice',
    hint: 'Remove one of the two',
    ...file,
  },
  E_COMPOSE_UNKNOWN_KEY: {
    title: 'A key is not part of the Compose format',
    hint: 'Remove it, or start its name with "x-" to keep data of your own',
    ...file,
  },
  E_COMPOSE_UNSUPPORTED: {
    title: 'An attribute of the Compose format is not supported yet',
    hint: 'Remove it; docs/compose.md says what is supported',
    ...file,
  },
  E_COMPOSE_VALUE: {
    title: 'An attribute has a value that it cannot have',
    hint: 'Write the value as the message says',
    ...file,
  },
  E_COMPOSE_INTERPOLATION: {
    title: 'A ${VARIABLE} expression is malformed',
    hint: 'You may need to escape any $ with another $',
    ...file,
  },
  E_COMPOSE_MISSING_VARIABLE: {
    title: 'A required variable has no value',
    hint: 'Set it in the environment, in .env, or in a file given with --env-file',
    ...file,
  },
  E_COMPOSE_UNSET_VARIABLE: {
    title: 'A variable is not set and becomes empty',
    hint: 'Set it, or give a default as in ${NAME:-default}',
    ...file,
  },
  E_COMPOSE_ENV_FILE: {
    title: 'An environment file is malformed',
    hint: 'Write one NAME=value a line',
    ...file,
  },
  E_COMPOSE_MERGE: {
    title: 'Two compose files give values of different kinds to one attribute',
    hint: 'Write both in the same form, or replace the first one with !override',
    ...file,
  },
  E_COMPOSE_EXTENDS: {
    title: 'A service extends one that cannot be used',
    hint: 'Name a service of this file, or the file that holds it',
    ...file,
  },
  E_COMPOSE_REFERENCE: {
    title: 'Something is named that is not declared',
    hint: 'Declare it, or correct the name',
    ...file,
  },
  E_COMPOSE_CONFLICT: {
    title: 'Two values of a compose file exclude each other',
    hint: 'Keep one of the two',
    ...file,
  },
  E_COMPOSE_NAME: {
    title: 'A project has no usable name',
    hint: 'Give one with -p, COMPOSE_PROJECT_NAME or the top-level "name": lower-case letters, digits, "-" and "_"',
    ...file,
  },
  E_COMPOSE_NO_SERVICE: {
    title: 'A service is named that the project does not have',
    hint: 'List the services with: tsc-compose config --services',
    ...file,
  },
  E_COMPOSE_NO_PHASE: {
    title: 'A phase of the loading is named that does not exist',
    hint: 'Run: tsc-compose config --phase merge',
    ...file,
  },
  E_COMPOSE_DISCOURAGED: {
    title: 'A compose file says something that has no effect, or not the expected one',
    hint: 'Write it as the message says',
    ...file,
  },
})
