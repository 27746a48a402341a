import { errorRows } from './row.ts'

export const containerErrors = errorRows({
  E_CONTAINER_NOT_FOUND: {
    title: 'A container does not exist',
    hint: 'List them with tsc-engine ps -a',
    exit: 1,
    http: 404,
  },
  E_CONTAINER_CONFLICT: {
    title: 'A container is not in the state for this',
    hint: 'See the message',
    exit: 1,
    http: 409,
  },
  E_VOLUME_NOT_FOUND: {
    title: 'A volume does not exist',
    hint: 'List them with tsc-engine volume ls',
    exit: 1,
    http: 404,
  },
})
