import { describe, expect, it } from 'vitest'
import { parseDockerfile } from '../../../../../src/engine/build/dockerfile/parse.ts'

const parse = (line: string) => parseDockerfile(line, 'Dockerfile').instructions[0]

describe('instructions', () => {
  const table: readonly (readonly [line: string, body: object])[] = [
    ['FROM a', { kind: 'FROM', image: 'a' }],
    ['FROM --platform=$P a AS B', { kind: 'FROM', image: 'a', platform: '$P', name: 'b' }],
    [
      'ARG A B=1 C="x y"',
      { kind: 'ARG', args: [{ name: 'A' }, { name: 'B', value: '1' }, { name: 'C', value: '"x y"' }] },
    ],
    [
      'ENV a=b c="d e"',
      {
        kind: 'ENV',
        pairs: [
          { key: 'a', value: 'b' },
          { key: 'c', value: '"d e"' },
        ],
      },
    ],
    ['ENV a b  c', { kind: 'ENV', pairs: [{ key: 'a', value: 'b  c' }] }],
    ['LABEL "a b"=c', { kind: 'LABEL', pairs: [{ key: '"a b"', value: 'c' }] }],
    ['RUN echo a', { kind: 'RUN', form: { shell: 'echo a' } }],
    ['RUN ["echo", "a"]', { kind: 'RUN', form: { exec: ['echo', 'a'] } }],
    ["RUN ['echo']", { kind: 'RUN', form: { shell: "['echo']" } }],
    ['RUN <<EOF\na\nb\nEOF', { kind: 'RUN', form: { shell: 'a\nb\n' } }],
    ['RUN cat <<EOF > f\na\nEOF', { kind: 'RUN', form: { shell: 'cat <<EOF > f\na\nEOF' } }],
    ['CMD []', { kind: 'CMD', form: { exec: [] } }],
    ['COPY a b c/', { kind: 'COPY', sources: ['a', 'b'], destination: 'c/' }],
    ['COPY ["a b", "c"]', { kind: 'COPY', sources: ['a b'], destination: 'c' }],
    ['COPY --from=x --chown=1:2 --chmod=755 a b', { kind: 'COPY', from: 'x', chown: '1:2', chmod: '755' }],
    ['VOLUME ["/a", "/b"]', { kind: 'VOLUME', words: ['/a', '/b'] }],
    ['VOLUME /a /b', { kind: 'VOLUME', words: '/a /b' }],
    ['SHELL ["/bin/bash", "-c"]', { kind: 'SHELL', words: ['/bin/bash', '-c'] }],
    ['HEALTHCHECK NONE', { kind: 'HEALTHCHECK', health: { Test: ['NONE'] } }],
    [
      'HEALTHCHECK --interval=1m --retries=2 CMD curl x',
      { kind: 'HEALTHCHECK', health: { Interval: 60e9, Retries: 2 }, form: { shell: 'curl x' } },
    ],
  ]
  for (const [line, body] of table) it(`${JSON.stringify(line)} is read`, () => expect(parse(line)).toMatchObject(body))

  it('keep their text for the output', () => {
    expect(parse('copy --from=x a  b')?.text).toBe('COPY --from=x a  b')
  })
})

describe('what is wrong is named with its line', () => {
  const table: readonly (readonly [text: string, code: string, message: string])[] = [
    ['FRM a', 'E_BUILD_SYNTAX', 'line 1: unknown instruction: FRM'],
    ['FROM a b', 'E_BUILD_SYNTAX', 'FROM requires either one or three arguments'],
    ['FROM a AS 1x', 'E_BUILD_SYNTAX', 'invalid name for build stage: "1x"'],
    ['FROM a\nRUN', 'E_BUILD_SYNTAX', 'line 2: RUN requires at least one argument'],
    ['FROM a\nCOPY x', 'E_BUILD_SYNTAX', 'COPY requires at least two arguments'],
    ['FROM a\nCOPY --frm=x a b', 'E_BUILD_SYNTAX', 'unknown flag: --frm'],
    ['FROM a\nCOPY --from a b', 'E_BUILD_SYNTAX', 'missing a value on flag: --from'],
    ['FROM a\nCOPY --from=a --from=b a b', 'E_BUILD_SYNTAX', 'duplicate flag specified: --from'],
    ['FROM a\nENV x', 'E_BUILD_SYNTAX', 'ENV must have two arguments'],
    ['FROM a\nENV x=1 y', 'E_BUILD_SYNTAX', 'can\'t find = in "y"'],
    ['FROM a\nSHELL sh -c', 'E_BUILD_SYNTAX', 'SHELL requires the arguments to be in JSON form'],
    ['FROM a\nHEALTHCHECK RUN x', 'E_BUILD_SYNTAX', 'unknown type "RUN" in HEALTHCHECK'],
    ['FROM a\nHEALTHCHECK --interval=x CMD y', 'E_BUILD_SYNTAX', 'invalid duration "x" of --interval'],
    ['FROM a\nONBUILD RUN x', 'E_BUILD_UNSUPPORTED', 'ONBUILD is not supported yet'],
    ['FROM a\nRUN --mount=type=cache,target=/x y', 'E_BUILD_UNSUPPORTED', 'RUN --mount is not supported yet'],
    ['FROM a\nCOPY --link a b', 'E_BUILD_UNSUPPORTED', 'COPY --link is not supported yet'],
    ['FROM a\nADD https://example.org/x /x', 'E_BUILD_UNSUPPORTED', 'ADD from a URL is not supported yet'],
    ['FROM a\nCOPY <<EOF /x\na\nEOF', 'E_BUILD_UNSUPPORTED', 'a here-document as a source of COPY'],
  ]
  for (const [text, code, message] of table) {
    it(`${JSON.stringify(text)} says ${message}`, () => {
      const line = text.split('\n').length > 1 ? 2 : 1
      expect(() => parseDockerfile(text, 'Dockerfile')).toThrow(
        expect.objectContaining({
          code,
          message: expect.stringContaining(message),
          where: expect.objectContaining({ line }),
        }),
      )
    })
  }

  it('and what may have been meant', () => {
    expect(() => parse('COPPY a b')).toThrow(expect.objectContaining({ hint: 'did you mean "COPY"?' }))
  })
})
