import type { Filters } from '../../../src/port/common.ts'

type Tests = Readonly<Record<string, (value: string) => boolean>>

/** All keys must match; of `label` all values, of the others one. A key without test fails loudly. */
export const filterMatches = (filters: Filters | undefined, tests: Tests): boolean =>
  Object.entries(filters ?? {}).every(([key, values]) => {
    const test = tests[key]
    if (!test) throw new Error(`The test engine does not know filter "${key}"`)
    return key === 'label' ? values.every(test) : values.some(test)
  })

export const labelMatches =
  (labels: Readonly<Record<string, string>> | null | undefined) =>
  (value: string): boolean => {
    const at = value.indexOf('=')
    if (at < 0) return value in (labels ?? {})
    return labels?.[value.slice(0, at)] === value.slice(at + 1)
  }
