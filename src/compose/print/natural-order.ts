const isDigit = (char: string): boolean => (char >= '0' && char <= '9') || (char > '\x7F' && /\p{Nd}/u.test(char))
const isLetter = (char: string): boolean =>
  (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || (char > '\x7F' && /\p{L}/u.test(char))

/**
 * The order of mapping keys in Go's YAML: numbers inside names count as numbers (`a2` before `a10`), and other
 * characters come before letters, unless digits stand before them.
 */
export const naturalOrder = (a: string, b: string): number => {
  const shared = Math.min(a.length, b.length)
  let at = 0
  while (at < shared && a[at] === b[at]) at += 1
  if (at === shared) return a.length - b.length
  const [x, y] = [a.charAt(at), b.charAt(at)]
  const [xLetter, yLetter] = [isLetter(x), isLetter(y)]
  if (xLetter && yLetter) return x < y ? -1 : 1
  if (xLetter || yLetter) return xLetter === (at > 0 && isDigit(a.charAt(at - 1))) ? -1 : 1
  return compareNumbers(a, b, at)
}

const compareNumbers = (a: string, b: string, at: number): number => {
  const isInsideNumber = (a[at] === '0' || b[at] === '0') && /[1-9]\d*$/.test(a.slice(0, at))
  const [x, y] = [digitsFrom(a, at), digitsFrom(b, at)]
  const lead = isInsideNumber ? '1' : ''
  const difference = Number(lead + x || '0') - Number(lead + y || '0')
  if (difference !== 0) return difference
  if (x.length !== y.length) return x.length - y.length
  return a.charAt(at) < b.charAt(at) ? -1 : 1
}

const digitsFrom = (text: string, at: number): string => /^\d*/.exec(text.slice(at))?.[0] ?? ''
