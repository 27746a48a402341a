import type { Handler } from './exchange.ts'

/** A row of the route table. `{name}` in a pattern is one segment of the path, `{name...}` one or more. */
export interface Route {
  readonly method: string
  readonly pattern: string
  readonly handler: Handler
}

export interface RouteMatch {
  readonly handler: Handler
  readonly params: Readonly<Record<string, string>>
}

/** The first row that fits. Parameters are percent-decoded. */
export type Matcher = (method: string, path: string) => RouteMatch | undefined

export const matcher = (routes: readonly Route[]): Matcher => {
  const rows = routes.map((route) => ({ ...route, regExp: patternRegExp(route.pattern) }))
  return (method, path) => {
    for (const row of rows) {
      const groups = row.method === method ? row.regExp.exec(path) : null
      if (groups) return { handler: row.handler, params: decodeAll(groups.groups ?? {}) }
    }
    return undefined
  }
}

const patternRegExp = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll(/\{(\w+)\.\.\.\}/g, '(?<$1>.+)').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`)

const decodeAll = (groups: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decode(text)]))

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
