const TOKEN = /\\(.)|\[(\^?)((?:\\.|[^\]\\])+)\]|(\*)|(\?)|([\s\S])/g

/** A pattern of Go's `path.Match`: `*` and `?` stop at slashes, `[a-z]` and `[^a]` are classes, `\` quotes. */
export const globRegExp = (pattern: string): RegExp => {
  const source = pattern.replaceAll(
    TOKEN,
    (_, quoted?: string, not?: string, set?: string, star?: string, any?: string, plain?: string) => {
      if (star) return '[^/]*'
      if (any) return '[^/]'
      if (set !== undefined) return `[${not ? '^/' : ''}${set.replaceAll('[', '\\[')}]`
      return escapeRegExp(quoted ?? plain ?? '')
    },
  )
  return new RegExp(`^${source}$`, 's')
}

const escapeRegExp = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
