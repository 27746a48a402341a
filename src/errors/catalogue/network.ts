import { errorRows } from './row.ts'

export const networkErrors = errorRows({
  E_NETWORK_NOT_FOUND: {
    title: 'A network does not exist',
    hint: 'List them with tsc-engine network ls',
    exit: 1,
    http: 404,
  },
})
