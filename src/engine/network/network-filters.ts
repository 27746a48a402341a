import { AppError } from '../../errors/app-error.ts'
import type { Filters } from '../../port/common.ts'
import { DEFAULT_NETWORK, type Network } from './model.ts'

const BUILT_IN: ReadonlySet<string> = new Set([DEFAULT_NETWORK, 'host', 'none'])

export const isBuiltIn = (network: Network): boolean => BUILT_IN.has(network.record.name)

const isTrue = (value: string): boolean => /^(1|true|t)$/i.test(value)

/** One row a filter of `GET /networks`; values of one key are alternatives, except labels. */
const FILTERS: Readonly<Record<string, (network: Network, values: readonly string[]) => boolean>> = {
  id: ({ record }, values) => values.some((value) => record.id.startsWith(value)),
  name: ({ record }, values) => values.some((value) => record.name.includes(value)),
  driver: ({ driver }, values) => values.includes(driver),
  scope: (_, values) => values.includes('local'),
  type: (network, values) => values.includes(isBuiltIn(network) ? 'builtin' : 'custom'),
  dangling: (network, values) =>
    values.some((value) => isTrue(value) === (!isBuiltIn(network) && network.endpoints.size === 0)),
  label: ({ record }, values) => {
    const labels = record.body.Labels ?? {}
    return values.every((value) => {
      const [key = '', ...rest] = value.split('=')
      return key in labels && (rest.length === 0 || labels[key] === rest.join('='))
    })
  },
}

/** True when the network passes every filter. @throws E_NETWORK_INVALID for a filter that is not known */
export const passes = (network: Network, filters: Filters): boolean =>
  Object.entries(filters).every(([key, values]) => {
    const test = FILTERS[key]
    if (!test) throw new AppError('E_NETWORK_INVALID', `invalid filter '${key}'`)
    return values.length === 0 || test(network, values)
  })
