import { errorRows } from './row.ts'

export const specErrors = errorRows({
  E_SPEC_INVALID: {
    title: 'A value has not the form it must have',
    hint: 'Write it as the message says',
    exit: 1,
    http: 400,
  },
})
