/** A version of the Engine API: `1.45`. */
export interface ApiVersion {
  readonly major: number
  readonly minor: number
}

/** Undefined unless the text is `MAJOR.MINOR`. */
export const parseApiVersion = (text: string): ApiVersion | undefined => {
  const match = /^(\d+)\.(\d+)$/.exec(text)
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : undefined
}

/** Negative, zero or positive, as `a` is older than, the same as or newer than `b`. */
export const compareApiVersions = (a: ApiVersion, b: ApiVersion): number => a.major - b.major || a.minor - b.minor

export const printApiVersion = (version: ApiVersion): string => `${version.major}.${version.minor}`

/** What the built-in engine speaks. */
export const MAX_API_VERSION: ApiVersion = { major: 1, minor: 45 }
export const MIN_API_VERSION: ApiVersion = { major: 1, minor: 24 }
