/** At most `width` characters, the last one `…` when something is left out. */
export const ellipsis = (text: string, width: number): string => {
  const characters = Array.from(text)
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`
}
