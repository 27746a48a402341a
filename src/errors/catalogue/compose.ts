import { errorRows } from './row.ts'

export const composeErrors = errorRows({
  E_COMPOSE_INVALID: {
    title: 'A compose file has errors',
    hint: 'Correct the places named above and run the command again',
    exit: 1,
    http: 400,
  },
})
