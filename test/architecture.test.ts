import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

/** The rooms of docs/architecture.md, and what each may import besides itself. A longer path counts before a shorter one. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'src/lib': [],
  'src/errors': ['src/lib'],
  'src/spec': ['src/lib', 'src/errors'],
  'src/port': ['src/spec', 'src/errors'],
  'src/compose': ['src/lib', 'src/errors', 'src/spec'],
  'src/graph': ['src/lib', 'src/errors', 'src/compose'],
  'src/plan': ['src/lib', 'src/errors', 'src/spec', 'src/port', 'src/compose', 'src/graph'],
  'src/scheduler': ['src/lib', 'src/errors', 'src/spec', 'src/port', 'src/compose', 'src/plan', 'src/graph'],
  'src/engine/host': ['src/lib', 'src/errors'],
  'src/engine/store': ['src/lib', 'src/errors', 'src/spec', 'src/engine/host'],
  'src/engine/image': ['src/lib', 'src/errors', 'src/spec', 'src/port', 'src/engine/host', 'src/engine/store'],
  'src/engine/snapshot': ['src/lib', 'src/errors', 'src/spec', 'src/port', 'src/engine/host', 'src/engine/store'],
  'src/engine/runtime': ['src/lib', 'src/errors', 'src/spec', 'src/port', 'src/engine/host', 'src/engine/store'],
  'src/engine/network': ['src/lib', 'src/errors', 'src/spec', 'src/port', 'src/engine/host', 'src/engine/store'],
  'src/engine/volume': ['src/lib', 'src/errors', 'src/spec', 'src/port', 'src/engine/host', 'src/engine/store'],
  'src/engine/container': PARTS('src/engine/container'),
  'src/engine/build': PARTS('src/engine/build'),
  'src/engine/supervise': [...PARTS('src/engine/supervise'), 'src/engine/container'],
  'src/engine': [...PARTS('src/engine'), 'src/engine/container', 'src/engine/build', 'src/engine/supervise'],
  'src/api': ['src/lib', 'src/errors', 'src/spec', 'src/port'],
  'src/remote': ['src/lib', 'src/errors', 'src/spec', 'src/port'],
  'src/cli': [
    'src/lib',
    'src/errors',
    'src/spec',
    'src/port',
    'src/compose',
    'src/graph',
    'src/plan',
    'src/scheduler',
    'src/engine',
    'src/api',
    'src/remote',
  ],
}

/** What the composing rooms of the engine may import. */
function PARTS(self: string): string[] {
  const parts = ['host', 'store', 'image', 'snapshot', 'runtime', 'network', 'volume'].map(
    (name) => `src/engine/${name}`,
  )
  return ['src/lib', 'src/errors', 'src/spec', 'src/port', ...parts].filter((room) => room !== self)
}

/** Where two folders of paths of an engine are named: types for every room of it. */
const SHARED_FILES = new Set(['src/engine/context.ts'])

const TOP = resolve(import.meta.dirname, '..')

const filesBelow = (folder: string): string[] =>
  readdirSync(join(TOP, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(TOP, join(entry.parentPath, entry.name)))

const roomOf = (file: string): string =>
  Object.keys(ROOMS)
    .filter((room) => file.startsWith(`${room}/`))
    .toSorted((a, b) => b.length - a.length)[0] ?? '(no room)'

interface Import {
  readonly file: string
  readonly target: string
  readonly typeOnly: boolean
}

/** `isIP` and its kin only look at text. */
const ADDRESS_CHECK = /^import \{ isIP(?:v4|v6)? \} from 'node:net'$/gm
const IMPORT = /(?:^|\n)(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|import\('([^']+)'\)/g

const importsOf = (file: string): Import[] =>
  [...readFileSync(join(TOP, file), 'utf8').replaceAll(ADDRESS_CHECK, '').matchAll(IMPORT)].map((match) => ({
    file,
    target: match[2] ?? match[3] ?? '',
    typeOnly: match[1] !== undefined,
  }))

const SOURCES = filesBelow('src')
const IMPORTS = SOURCES.flatMap(importsOf)

const relativeImports = IMPORTS.filter(({ target }) => target.startsWith('.')).map((found) => ({
  ...found,
  target: relative(TOP, resolve(TOP, dirname(found.file), found.target)),
}))

test('every source file is in a room', () => {
  expect(SOURCES.filter((file) => roomOf(file) === '(no room)')).toEqual([])
})

test('a room imports only what its walls allow', () => {
  const broken = relativeImports.filter(({ file, target }) => {
    const [from, to] = [roomOf(file), roomOf(target)]
    if (from === to || SHARED_FILES.has(target) || target === 'package.json') return false
    return !ROOMS[from]?.includes(to)
  })
  expect(
    broken.map(({ file, target }) => `${file} -> ${target}: ${roomOf(file)} may not import ${roomOf(target)}`),
  ).toEqual([])
})

test('the walls and docs/architecture.md name the same rooms', () => {
  const text = readFileSync(join(TOP, 'docs/architecture.md'), 'utf8')
  const documented = [...text.matchAll(/^\| `(src\/[\w/]+)`/gm)].map((match) => match[1])
  expect(new Set(documented)).toEqual(new Set(Object.keys(ROOMS)))
})

/** Modules that reach the outside, and the rooms that may use them. */
const OUTSIDE: readonly { readonly modules: readonly string[]; readonly rooms: readonly string[] }[] = [
  { modules: ['node:child_process', 'execa'], rooms: ['src/engine/host', 'src/cli'] },
  { modules: ['node:fs', 'node:fs/promises'], rooms: ['src/engine', 'src/api', 'src/cli'] },
  {
    modules: ['node:net', 'node:http', 'node:https', 'node:dgram', 'undici'],
    rooms: [
      'src/engine/host',
      'src/engine/network',
      'src/engine/image',
      'src/engine/container',
      'src/api',
      'src/remote',
      'src/cli',
    ],
  },
]

test('only the rooms that may touch the outside do', () => {
  const broken = IMPORTS.filter(({ typeOnly }) => !typeOnly).filter(({ file, target }) => {
    const rule = OUTSIDE.find(({ modules }) => modules.includes(target))
    return rule && !rule.rooms.some((room) => file.startsWith(`${room}/`))
  })
  expect(broken.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
})

test('nothing below the command line prints', () => {
  const prints = SOURCES.filter((file) => !file.startsWith('src/cli/')).filter((file) =>
    /\bconsole\.|process\.std(?:out|err|in)\b|process\.argv\b/.test(readFileSync(join(TOP, file), 'utf8')),
  )
  expect(prints).toEqual([])
})

test('there are no default exports', () => {
  const found = SOURCES.filter((file) => /^export default /m.test(readFileSync(join(TOP, file), 'utf8')))
  expect(found).toEqual([])
})
