import { describe, expect, it } from 'vitest'
import { parseDotenv } from '../../../../src/compose/env-file/dotenv.ts'

const lookup = (name: string): string | undefined => ({ HOST: 'host', EMPTY: '' })[name]

const ROWS: readonly (readonly [what: string, text: string, values: Record<string, string>])[] = [
  ['reads a pair', 'A=b', { A: 'b' }],
  ['reads a colon as the sign', 'A: b', { A: 'b' }],
  ['takes space around the sign', '  A = b  ', { A: 'b' }],
  ['drops the word export', 'export A=b', { A: 'b' }],
  ['keeps an empty value', 'A=\nB=c', { A: '', B: 'c' }],
  ['inherits a name alone', 'HOST\nABSENT\nA=b', { HOST: 'host', A: 'b' }],
  ['inherits an exported name alone', 'export HOST', { HOST: 'host' }],
  ['skips comments and empty lines', '# one\n\n  # two\nA=b # three', { A: 'b' }],
  ['keeps a number sign that follows no space', 'A=b#c #d\nB=#e\nC= #f', { A: 'b#c', B: '#e', C: '#f' }],
  ['accepts dots, dashes and brackets in names', 'a.b-c[0]=x', { 'a.b-c[0]': 'x' }],
  ['accepts names that start with a digit', '1A=b', { '1A': 'b' }],
  ['takes single quotes literally', "A='$HOST \\n'", { A: '$HOST \\n' }],
  ['unescapes a single quote in single quotes', "A='it\\'s'", { A: "it's" }],
  ['reads escapes in double quotes', 'A="a\\tb\\n\\"c\\" \\\\ \\x"', { A: 'a\tb\n"c" \\ \\x' }],
  ['reads octal escapes in double quotes', 'A="\\0101"', { A: 'A' }],
  ['interpolates double quotes', 'A="<$HOST ${HOST:-x} ${NONE:-d}>"', { A: '<host host d>' }],
  ['keeps an escaped dollar', 'A="\\$HOST"\nB=$$HOST', { A: '$HOST', B: '$HOST' }],
  ['does not unescape what is unquoted', 'A=a\\nb', { A: 'a\\nb' }],
  ['reads several lines in quotes', 'A="one\ntwo" # c\nB=\'x\ny\'', { A: 'one\ntwo', B: 'x\ny' }],
  ['reads a comment after quotes', "A='b' # c", { A: 'b' }],
  ['keeps quotes inside a word', 'A=it\'s\nB=a"b', { A: "it's", B: 'a"b' }],
  ['keeps backquotes and command substitutions', 'A=`x`\nB=$(ls)', { A: '`x`', B: '$(ls)' }],
  ['sees earlier lines', 'A=1\nB=${A}2\nC="$B"', { A: '1', B: '12', C: '12' }],
  ['prefers the environment to earlier lines', 'HOST=mine\nA=$HOST', { HOST: 'mine', A: 'host' }],
  ['lets the last of equal names win', 'A=1\nA=2', { A: '2' }],
  ['strips a byte order mark', '\uFEFFA=b', { A: 'b' }],
  ['reads Windows line ends', 'A=b\r\nB="c\r\nd"\r\n', { A: 'b', B: 'c\nd' }],
  ['keeps equals signs in values', 'A=b=c==', { A: 'b=c==' }],
]

describe('parseDotenv', () => {
  it.each(ROWS)('%s', (_what, text, values) => {
    const result = parseDotenv(text, lookup)
    expect(result.faults).toEqual([])
    expect(result.values).toEqual(values)
  })

  it('names variables that are set nowhere once', () => {
    expect(parseDotenv('A=$X $X\nB=${Y}\nC=${Z-}').unset).toEqual(['X', 'Y'])
  })

  it('reports every fault with the line its statement starts on, and reads the rest', () => {
    const { values, faults } = parseDotenv('OK=1\nA B=c\n+x=1\nD=${E\nF=${G:?say g}\nH="a\nb\nLAST=2')
    expect(faults.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6])
    expect(faults.map(({ message }) => message)).toEqual([
      'unexpected character "B" in a variable\'s name',
      'unexpected character "+" in a variable\'s name',
      'invalid interpolation format: ${E',
      'required variable G is missing a value: say g',
      'the quote is not closed',
    ])
    expect(values).toMatchObject({ OK: '1', LAST: '2' })
  })
})
