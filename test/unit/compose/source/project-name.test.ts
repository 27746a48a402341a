import { describe, expect, it } from 'vitest'
import { normalizeName, projectName } from '../../../../src/compose/source/project-name.ts'

describe('projectName', () => {
  const projectDirectory = '/srv/My.Dir _x'

  it('prefers the option, then the variable, then the file, then the folder', () => {
    expect(projectName({ option: 'o', variable: 'v', file: 'f', projectDirectory })).toBe('o')
    expect(projectName({ option: '', variable: 'v', file: 'f', projectDirectory })).toBe('v')
    expect(projectName({ variable: '', file: 'f', projectDirectory })).toBe('f')
    expect(projectName({ file: '', projectDirectory })).toBe('mydir_x')
  })

  it('refuses a given name that is none, and says which would do', () => {
    expect(() => projectName({ option: 'Bad Name', projectDirectory })).toThrow(
      expect.objectContaining({ code: 'E_COMPOSE_NAME', hint: 'Use "badname"' }) as Error,
    )
  })

  it('refuses a folder that leaves nothing', () => {
    expect(() => projectName({ projectDirectory: '/___' })).toThrow('Cannot name the project after the folder "/___"')
  })
})

it('normalizes names', () => {
  expect(normalizeName('_-A b.C-d_')).toBe('abc-d_')
})
