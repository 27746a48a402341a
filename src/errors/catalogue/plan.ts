import { errorRows } from './row.ts'

export const planErrors = errorRows({
  E_PLAN_FAILED: { title: 'A step of the plan failed', hint: 'See the message of the step', exit: 1, http: 500 },
})
