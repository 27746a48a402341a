const SIZE = /^(-?\d+(?:\.\d+)?) ?([kmgtp]?)i?b?$/i
const POWER: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4, p: 5 }

/** Bytes of `512`, `64k`, `1.5gb`, `10 MiB` (1024-based, as Docker reads them), or undefined when it is none. */
export const parseBytes = (text: string): number | undefined => {
  const match = SIZE.exec(text.trim())
  if (!match) return undefined
  return Math.trunc(Number(match[1]) * 1024 ** (POWER[(match[2] ?? '').toLowerCase()] ?? 0))
}

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** `1.23MB`: decimal units, three significant digits at the most, as `docker images` prints them. */
export const printBytes = (bytes: number, digits = 3): string => {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < DECIMAL.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${Number(value.toPrecision(digits))}${DECIMAL[unit] ?? 'B'}`
}
