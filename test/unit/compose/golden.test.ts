import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ComposeError } from '../../../src/compose/compose-error.ts'
import { type LoadOptions, load } from '../../../src/compose/load.ts'
import { printJson, printYaml } from '../../../src/compose/print/print.ts'
import { printDiagnostic } from '../../../src/errors/diagnostic.ts'

const ROOT = new URL('../../golden/compose', import.meta.url).pathname

interface Case {
  readonly files?: readonly string[]
  readonly profiles?: readonly string[]
  readonly envFiles?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly projectName?: string
  readonly projectDirectory?: string
}

/** The case's folder, seen as /project. */
const readFolder = (name: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(join(ROOT, name), { recursive: true, encoding: 'utf8' })
      .map((file) => join(ROOT, name, file))
      .filter((path) => statSync(path).isFile())
      .map((path) => [join('/project', relative(join(ROOT, name), path)), readFileSync(path, 'utf8')]),
  )

const optionsOf = (folder: ReadonlyMap<string, string>): LoadOptions => {
  const options = JSON.parse(folder.get('/project/case.json') ?? '{}') as Case
  return {
    files: options.files ?? [],
    profiles: options.profiles ?? [],
    envFiles: options.envFiles ?? [],
    projectName: options.projectName,
    projectDirectory: options.projectDirectory,
    env: { HOME: '/home/user', ...options.env },
    cwd: '/project',
    readFile: (path) => Promise.resolve(folder.get(path)),
  }
}

const errorsOf = async (options: LoadOptions): Promise<string> => {
  try {
    await load(options)
  } catch (error) {
    if (error instanceof ComposeError) return `${error.diagnostics.map(printDiagnostic).join('\n')}\n`
    throw error
  }
  return 'no error\n'
}

const names = readdirSync(ROOT).sort()
const valid = names.filter((name) => readFolder(name).has('/project/expected.yaml'))
const invalid = names.filter((name) => readFolder(name).has('/project/expected-errors.txt'))

describe('compose files', () => {
  it('are each either accepted or refused', () => {
    expect([...valid, ...invalid].sort()).toEqual(names)
    expect(valid.length).toBeGreaterThan(40)
  })

  it.each(valid)('%s prints what docker compose prints', async (name) => {
    const folder = readFolder(name)
    const { project } = await load(optionsOf(folder))
    expect(printYaml(project)).toBe(folder.get('/project/expected.yaml'))
    expect(printJson(project)).toBe(folder.get('/project/expected.json'))
  })

  it.each(invalid)('%s is refused with all findings', async (name) => {
    const folder = readFolder(name)
    expect(await errorsOf(optionsOf(folder))).toBe(folder.get('/project/expected-errors.txt'))
  })
})
