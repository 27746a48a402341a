/** The strings of a JSON array, or undefined when the text is none: then it is read in its plain form. */
export const jsonWords = (text: string): string[] | undefined => {
  if (!text.startsWith('[')) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) return undefined
  return value
}

/** Words as they are written, quotes and escapes kept, cut at blanks that are neither quoted nor escaped. */
export const rawWords = (text: string, escape: string): string[] => {
  const words: string[] = []
  let word = ''
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? ''
    if (char === escape && quote !== "'") {
      word += char + (text[i + 1] ?? '')
      i += 1
    } else if (quote === '' && /\s/.test(char)) {
      if (word !== '') words.push(word)
      word = ''
    } else {
      if (quote === '' && (char === '"' || char === "'")) quote = char
      else if (char === quote) quote = ''
      word += char
    }
  }
  if (word !== '') words.push(word)
  return words
}
