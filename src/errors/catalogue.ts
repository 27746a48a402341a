import { apiErrors } from './catalogue/api.ts'
import { buildErrors } from './catalogue/build.ts'
import { cliErrors } from './catalogue/cli.ts'
import { composeErrors } from './catalogue/compose.ts'
import { containerErrors } from './catalogue/container.ts'
import { graphErrors } from './catalogue/graph.ts'
import { hostErrors } from './catalogue/host.ts'
import { imageErrors } from './catalogue/image.ts'
import { networkErrors } from './catalogue/network.ts'
import { planErrors } from './catalogue/plan.ts'
import { runtimeErrors } from './catalogue/runtime.ts'
import { specErrors } from './catalogue/spec.ts'
import { storeErrors } from './catalogue/store.ts'

/** Every error a user can meet, one table a room. docs/errors.md is made from it; codes are never renamed. */
export const catalogue = {
  ...specErrors,
  ...composeErrors,
  ...graphErrors,
  ...planErrors,
  ...hostErrors,
  ...storeErrors,
  ...imageErrors,
  ...buildErrors,
  ...runtimeErrors,
  ...networkErrors,
  ...containerErrors,
  ...apiErrors,
  ...cliErrors,
} as const

export type ErrorCode = keyof typeof catalogue
