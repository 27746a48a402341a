import { errorRows } from './row.ts'

export const apiErrors = errorRows({
  E_API_BAD_REQUEST: {
    title: 'A request to the engine is malformed',
    hint: 'Compare with the Engine API reference',
    exit: 1,
    http: 400,
  },
  E_API_UNREACHABLE: {
    title: 'The engine does not answer',
    hint: 'Start it with tsc-engine serve',
    exit: 1,
    http: 502,
  },
  E_API_FAILED: { title: 'The engine refused or failed a request', hint: 'See the message', exit: 1, http: 500 },
})
