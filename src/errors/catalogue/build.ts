import { errorRows } from './row.ts'

export const buildErrors = errorRows({
  E_BUILD_FAILED: { title: 'A step of a Dockerfile failed', hint: 'See the output of the step', exit: 1, http: 500 },
})
