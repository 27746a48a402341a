import { expect, it } from 'vitest'
import { parseRawEnvFile } from '../../../../src/compose/env-file/raw-env-file.ts'

const lookup = (name: string): string | undefined => (name === 'HOST' ? 'host' : undefined)

it('takes values as they stand', () => {
  const text = '# comment\nA="quoted" # kept\nB=$A\n  C=indented \nHOST\nABSENT\nD=\n'
  expect(parseRawEnvFile(text, lookup)).toEqual({
    values: { A: '"quoted" # kept', B: '$A', C: 'indented ', HOST: 'host', D: '' },
    faults: [],
    unset: [],
  })
})

it('reports names that cannot be', () => {
  expect(parseRawEnvFile('A B=c\n=x\n', lookup).faults).toEqual([
    { line: 1, message: 'variable "A B" contains whitespaces' },
    { line: 2, message: 'no variable name on this line' },
  ])
})
