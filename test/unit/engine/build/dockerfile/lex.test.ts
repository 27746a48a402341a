import { describe, expect, it } from 'vitest'
import { lexDockerfile } from '../../../../../src/engine/build/dockerfile/lex.ts'

const lex = (text: string) => lexDockerfile(text, 'Dockerfile').instructions
const rows = (text: string): string[] => lex(text).map(({ keyword, rest }) => `${keyword} ${rest}`)

describe('lines', () => {
  it('are continued by a backslash, and comments and empty lines between them vanish', () => {
    expect(rows('FROM a\nRUN one \\\n  # a comment\n\n  two \\ \n three\nCMD x')).toEqual([
      'FROM a',
      'RUN one   two  three',
      'CMD x',
    ])
  })

  it('are not continued by two backslashes', () => {
    expect(rows('RUN echo \\\\\nCMD x')).toEqual(['RUN echo \\\\', 'CMD x'])
  })

  it('may be continued at the end of the file', () => {
    expect(rows('RUN a \\')).toEqual(['RUN a'])
  })

  it('begin with an instruction in any case, perhaps after blanks', () => {
    expect(rows('  from a\n\tRun b')).toEqual(['FROM a', 'RUN b'])
  })

  it('may end as those of Windows do, and begin with a byte order mark', () => {
    expect(rows('\uFEFFFROM a\r\nRUN b\r\n')).toEqual(['FROM a', 'RUN b'])
  })

  it('know where they stand', () => {
    expect(lex('# x\n\n  FROM a \\\n  AS b\nRUN c')[0]?.where).toEqual({
      file: 'Dockerfile',
      line: 3,
      column: 3,
      text: '  FROM a \\',
      length: 8,
    })
  })
})

describe('directives', () => {
  it('change the escape character', () => {
    const { escape, instructions } = lexDockerfile('# escape=`\nFROM a\nRUN b `\n c', 'Dockerfile')
    expect(escape).toBe('`')
    expect(instructions[1]?.rest).toBe('b  c')
  })

  it('end at the first line that is none', () => {
    expect(lexDockerfile('# syntax=x\n# just a comment\n# escape=`\nFROM a', 'f').escape).toBe('\\')
  })

  it('are refused when they come twice, or with a character that is none', () => {
    expect(() => lex('# escape=\\\n# escape=`\nFROM a')).toThrow('only one "escape"')
    expect(() => lex('# escape=x\nFROM a')).toThrow('"x" is no escape character')
  })
})

describe('flags', () => {
  it('stand before the arguments, with quotes taken away', () => {
    expect(lex('COPY --from=a --chown="x y" --link b c')[0]).toMatchObject({
      flags: [{ name: 'from', value: 'a' }, { name: 'chown', value: 'x y' }, { name: 'link' }],
      rest: 'b c',
    })
  })

  it('end at two dashes alone', () => {
    expect(lex('CMD -- --x')[0]).toMatchObject({ flags: [], rest: '--x' })
  })
})

describe('here-documents', () => {
  it('belong to their instruction', () => {
    expect(lex('RUN <<EOF\necho a\n# not a comment\nEOF\nCMD x')).toMatchObject([
      { rest: '<<EOF', heredocs: [{ name: 'EOF', body: 'echo a\n# not a comment\n', expand: true }] },
      { keyword: 'CMD', heredocs: [] },
    ])
  })

  it('lose leading tabs after a dash, and are not expanded after quotes', () => {
    expect(lex('RUN <<-"EOF"\n\t\ta\n\tEOF\n')[0]?.heredocs).toEqual([{ name: 'EOF', body: 'a\n', expand: false }])
  })

  it('may be several', () => {
    expect(lex('RUN cat <<A <<B\n1\nA\n2\nB')[0]?.heredocs.map(({ body }) => body)).toEqual(['1\n', '2\n'])
  })

  it('must end', () => {
    expect(() => lex('RUN <<EOF\necho')).toThrow('line 1: unterminated heredoc "EOF"')
  })
})

it('a file without instructions is refused', () => {
  expect(() => lex('# nothing\n\n')).toThrow('file with no instructions')
})
