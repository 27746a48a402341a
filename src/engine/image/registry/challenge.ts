/** One way to log in that a server offers (RFC 9110, 11.6.1). */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string
  readonly parameters: Readonly<Record<string, string>>
}

const PART = /\s*,?\s*(?:([A-Za-z][\w.-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))|([A-Za-z][\w.-]*)(?=[\s,]|$))/gy

/** All challenges of a `WWW-Authenticate` header. */
export const parseChallenges = (header: string): Challenge[] => {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = []
  PART.lastIndex = 0
  for (let match = PART.exec(header); match; match = PART.exec(header)) {
    const [, key, quoted, token, scheme] = match
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: {} })
    else if (key !== undefined) {
      const last = challenges.at(-1)
      if (last) last.parameters[key.toLowerCase()] = quoted?.replaceAll(/\\(.)/g, '$1') ?? token ?? ''
    }
  }
  return challenges
}
