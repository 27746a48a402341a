import { describe, expect, it } from 'vitest'
import { ComposeError } from '../../../src/compose/compose-error.ts'
import { type LoadOptions, load, loadUntil, loadVariables } from '../../../src/compose/load.ts'
import { printYaml } from '../../../src/compose/print/print.ts'
import { AppError } from '../../../src/errors/app-error.ts'

const withFiles = (files: Readonly<Record<string, string>>, options: Partial<LoadOptions> = {}): LoadOptions => ({
  files: [],
  profiles: [],
  envFiles: [],
  env: { HOME: '/root' },
  cwd: '/srv/app',
  readFile: (path) => Promise.resolve(files[path]),
  ...options,
})

const failureOf = async (options: LoadOptions): Promise<AppError> => {
  try {
    await load(options)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

const ONE = 'services: {web: {image: nginx}}\n'

describe('finding files', () => {
  it('looks in the parents of the current folder', async () => {
    const { project } = await load(withFiles({ '/srv/compose.yaml': ONE }))
    expect(project.configFiles).toEqual(['/srv/compose.yaml'])
    expect(project.workingDir).toBe('/srv')
    expect(project.model.name).toBe('srv')
  })

  it('prefers the nearer folder, then the first of the known names, and says so', async () => {
    const { project, warnings } = await load(
      withFiles({ '/srv/compose.yaml': ONE, '/srv/app/docker-compose.yml': ONE, '/srv/app/compose.yml': ONE }),
    )
    expect(project.configFiles).toEqual(['/srv/app/compose.yml'])
    expect(warnings.map(({ message }) => message)).toEqual([
      'Found multiple config files with supported names: compose.yml, docker-compose.yml; using compose.yml',
    ])
  })

  it('adds an override file of either family, but not to files that are named', async () => {
    const files = {
      '/srv/app/compose.yaml': ONE,
      '/srv/app/docker-compose.override.yml': 'services: {web: {tty: true}}',
    }
    const found = await load(withFiles(files))
    expect(found.project.configFiles).toHaveLength(2)
    expect(found.project.model.services['web']?.tty).toBe(true)
    const named = await load(withFiles(files, { files: ['compose.yaml'] }))
    expect(named.project.model.services['web']?.tty).toBeUndefined()
  })

  it('reads standard input, with paths relative to the current folder', async () => {
    const { project } = await load(withFiles({ '-': 'services: {web: {build: ./x}}\n' }, { files: ['-'] }))
    expect(project.configFiles).toEqual(['-'])
    expect(project.model.services['web']?.build?.context).toBe('/srv/app/x')
    expect(project.model.name).toBe('app')
  })

  it('says which folders were searched when there is no file', async () => {
    const error = await failureOf(withFiles({}))
    expect(error.code).toBe('E_COMPOSE_NO_FILE')
    expect(error.message).toBe('Cannot find a compose file: searched /srv/app, /srv, /')
  })

  it('says which named file is missing', async () => {
    const error = await failureOf(withFiles({}, { files: ['other.yml'] }))
    expect(error.code).toBe('E_COMPOSE_NO_FILE')
    expect(error.message).toContain('"/srv/app/other.yml"')
  })

  it('takes the files of COMPOSE_FILE, with a separator of choice', async () => {
    const { project } = await load(
      withFiles(
        { '/srv/app/a.yml': ONE, '/srv/app/b.yml': 'services: {web: {tty: true}}' },
        { env: { COMPOSE_FILE: 'a.yml;b.yml', COMPOSE_PATH_SEPARATOR: ';' } },
      ),
    )
    expect(project.configFiles).toEqual(['/srv/app/a.yml', '/srv/app/b.yml'])
  })
})

describe('the interpolation environment', () => {
  const image = (project: { model: { services: Readonly<Record<string, { image?: string }>> } }): string | undefined =>
    project.model.services['web']?.image
  const files = {
    '/srv/app/compose.yml': 'services: {web: {image: "${A-}:${B-}"}}\n',
    '/srv/app/.env': 'A=dot\nB=dot\n',
    '/srv/app/one.env': 'A=one\n',
    '/srv/app/two.env': 'B=two\n',
  }

  it('is the process environment over .env', async () => {
    const { project } = await load(withFiles(files, { env: { B: 'process' } }))
    expect(image(project)).toBe('dot:process')
    expect(project.envFiles).toEqual(['/srv/app/.env'])
  })

  it('leaves .env alone when other files are named', async () => {
    expect(image((await load(withFiles(files, { envFiles: ['one.env'] }))).project)).toBe('one:')
    const fromVariable = await load(withFiles(files, { env: { COMPOSE_ENV_FILES: 'one.env,two.env' } }))
    expect(image(fromVariable.project)).toBe('one:two')
    expect(fromVariable.project.envFiles).toEqual(['/srv/app/one.env', '/srv/app/two.env'])
  })

  it('leaves .env alone when COMPOSE_DISABLE_ENV_FILE is set', async () => {
    expect(image((await load(withFiles(files, { env: { COMPOSE_DISABLE_ENV_FILE: '1' } }))).project)).toBe(':')
  })

  it('refuses a named file that is not there', async () => {
    const error = await failureOf(withFiles(files, { envFiles: ['none.env'] }))
    expect(error.code).toBe('E_COMPOSE_UNREADABLE')
  })

  it('holds the project name', async () => {
    const { project } = await load(withFiles(files, { projectName: 'given' }))
    expect(project.environment['COMPOSE_PROJECT_NAME']).toBe('given')
  })
})

describe('profiles', () => {
  const files = {
    '/srv/app/compose.yml':
      'services:\n  web: {image: a}\n  tool:\n    image: b\n    profiles: [t]\n  other: {image: c, profiles: [o]}\n',
  }

  it('keep disabled services apart', async () => {
    const { project } = await load(withFiles(files))
    expect(Object.keys(project.model.services)).toEqual(['web'])
    expect(Object.keys(project.disabledServices)).toEqual(['tool', 'other'])
    expect(project.where('services.tool.image')).toMatchObject({ line: 4, column: 12 })
  })

  it('are active for services that are named', async () => {
    const { project } = await load(withFiles(files, { services: ['tool'] }))
    expect(Object.keys(project.model.services)).toEqual(['web', 'tool'])
  })

  it('come from the option, or else from the variable', async () => {
    const env = { COMPOSE_PROFILES: 'o' }
    expect(Object.keys((await load(withFiles(files, { env }))).project.model.services)).toEqual(['web', 'other'])
    const { project } = await load(withFiles(files, { env, profiles: ['t'] }))
    expect(Object.keys(project.model.services)).toEqual(['web', 'tool'])
    expect(project.profiles).toEqual(['t'])
  })

  it('refuse a service that does not exist, with a guess', async () => {
    const error = await failureOf(withFiles(files, { services: ['tol'] }))
    expect(error).toMatchObject({
      code: 'E_COMPOSE_NO_SERVICE',
      message: 'no such service: tol',
      hint: 'Did you mean "tool"?',
    })
  })
})

describe('places', () => {
  it('survive interpolation, merge, extends and the canonical form', async () => {
    const { project } = await load(
      withFiles(
        {
          '/srv/app/a.yml':
            'services:\n  web:\n    extends: {file: sub/base.yml, service: base}\n    image: "x:${T-1}"\n    links:\n      - db\n  db: {image: pg}\n',
          '/srv/app/b.yml': 'services:\n  web:\n    ports: ["80:80", "90-91:90-91"]\n    depends_on: [db]\n',
          '/srv/app/sub/base.yml': 'services:\n  base:\n    environment:\n      A: one\n    volumes: [./x:/x]\n',
        },
        { files: ['a.yml', 'b.yml'] },
      ),
    )
    const at = (path: string): string => {
      const where = project.where(path)
      return where ? `${where.file}:${where.line}:${where.column}` : 'nowhere'
    }
    expect(at('services.web')).toBe('/srv/app/b.yml:2:3')
    expect(at('services.web.image')).toBe('/srv/app/a.yml:4:12')
    expect(at('services.web.links.0')).toBe('/srv/app/a.yml:6:9')
    expect(at('services.web.links[0]')).toBe('/srv/app/a.yml:6:9')
    expect(at('services.web.environment.A')).toBe('/srv/app/sub/base.yml:4:10')
    expect(at('services.web.volumes.0.source')).toBe('/srv/app/sub/base.yml:5:15')
    expect(at('services.web.ports.2.target')).toBe('/srv/app/b.yml:3:22')
    expect(at('services.web.depends_on.db')).toBe('/srv/app/b.yml:4:18')
    expect(at('services.db.none.such')).toBe('/srv/app/a.yml:7:3')
    expect(project.model.services['web']?.volumes?.[0]?.source).toBe('/srv/app/sub/x')
  })

  it('find services whose names have dots', async () => {
    const { project } = await load(
      withFiles({ '/srv/app/compose.yml': 'services:\n  a.b: {image: x}\n  a: {image: y}\n' }),
    )
    expect(project.where('services.a.b.image')).toMatchObject({ line: 2 })
    expect(project.where('services.a.image')).toMatchObject({ line: 3 })
  })
})

describe('findings', () => {
  it('are all in one error, in the order of the lines', async () => {
    const text =
      'services:\n  a: {image: x, prots: []}\n  b: {restart: never}\n  c: {image: "${X:?needed}", networks: [none]}\n'
    const error = await failureOf(withFiles({ '/srv/app/compose.yml': text }))
    expect(error).toBeInstanceOf(ComposeError)
    expect(error.message).toBe('Cannot use the compose file: 4 errors')
    const { diagnostics } = error as ComposeError
    expect(diagnostics.map(({ code, where }) => `${where?.line} ${code}`)).toEqual([
      '2 E_COMPOSE_UNKNOWN_KEY',
      '3 E_COMPOSE_VALUE',
      '4 E_COMPOSE_MISSING_VARIABLE',
      '4 E_COMPOSE_REFERENCE',
    ])
  })

  it('of warnings alone do not fail', async () => {
    const text =
      'version: "3"\nservices: {a: {image: "${TAG}", command: "a && b", volumes: ["./x:/x:or"], tty: "yes"}}\n'
    const { warnings } = await load(withFiles({ '/srv/app/compose.yml': text }))
    expect(warnings.map(({ message, hint }) => `${message} | ${hint ?? ''}`)).toEqual([
      '/srv/app/compose.yml: the attribute `version` is obsolete, it will be ignored, please remove it to avoid potential confusion | Remove the line',
      'The "TAG" variable is not set. Defaulting to a blank string. | Set it, or give a default as in ${NAME:-default}',
      'services.a.tty: "yes" for boolean is not supported by YAML 1.2, please use `true` | Write true',
      'services.a.command: no shell runs this command: "&& b" is cut off | Write ["sh","-c","a && b"] to run it in a shell',
      'services.a.volumes[0]: "or" is no volume option and has no effect | Did you mean "ro"?',
    ])
  })

  it('leave expressions alone when interpolation is off', async () => {
    const text = 'services: {a: {image: "x:${TAG?}", read_only: "${RO}", cpus: "${C}"}}\n'
    const options = withFiles({ '/srv/app/compose.yml': text }, { interpolate: false })
    expect(printYaml((await load(options)).project, { escapeDollars: false })).toContain('    cpus: ${C}\n')
    expect(await loadUntil(options, 'schema')).toEqual({
      services: { a: { image: 'x:${TAG?}', read_only: '${RO}', cpus: '${C}' } },
    })
  })
})

describe('what is inherited', () => {
  it('is x-on-unhealthy of the top level, unless a service has its own', async () => {
    const text = 'x-on-unhealthy: restart\nservices: {a: {image: x}, b: {image: x}}\n'
    const { project } = await load(withFiles({ '/srv/app/compose.yml': text }))
    expect(Object.values(project.model.services).map((service) => service['x-on-unhealthy'])).toEqual([
      'restart',
      'restart',
    ])
    expect(project.model.extensions).toEqual({ 'x-on-unhealthy': 'restart' })
  })

  it('keeps volumes of one letter', async () => {
    const text = 'services: {a: {image: x, volumes: ["v:/data"]}}\nvolumes: {v: }\n'
    const { project } = await load(withFiles({ '/srv/app/compose.yml': text }))
    expect(project.model.services['a']?.volumes).toEqual([{ type: 'volume', source: 'v', target: '/data', volume: {} }])
  })

  it('removes a single item of a list with !reset', async () => {
    const { project } = await load(
      withFiles(
        {
          '/srv/app/a.yml': 'services: {a: {image: x, cap_add: [A, B]}}\n',
          '/srv/app/b.yml': 'services: {a: {cap_add: [!reset A, C]}}\n',
        },
        { files: ['a.yml', 'b.yml'] },
      ),
    )
    expect(project.model.services['a']?.cap_add).toEqual(['B', 'C'])
  })

  it('treats one port in both forms as one', async () => {
    const { project } = await load(
      withFiles(
        {
          '/srv/app/a.yml': 'services: {a: {image: x, ports: ["80:80"]}}\n',
          '/srv/app/b.yml': 'services: {a: {ports: [{target: 80, published: 80}]}}\n',
        },
        { files: ['a.yml', 'b.yml'] },
      ),
    )
    expect(project.model.services['a']?.ports).toHaveLength(1)
  })
})

describe('loadUntil', () => {
  it('gives the tree after a phase', async () => {
    const options = withFiles({ '/srv/app/compose.yml': 'services: {a: {image: x, ports: ["80:81"]}}\n' })
    expect(await loadUntil(options, 'merge')).toEqual({ services: { a: { image: 'x', ports: ['80:81'] } } })
    expect(await loadUntil(options, 'canonical')).toMatchObject({
      services: { a: { ports: [{ published: '80', target: 81 }] } },
    })
  })

  it('refuses a phase that there is not', async () => {
    await expect(loadUntil(withFiles({ '/srv/app/compose.yml': ONE }), 'nope')).rejects.toMatchObject({
      code: 'E_COMPOSE_NO_PHASE',
    })
  })
})

it('lists the variables that files name', async () => {
  const text = 'services: {a: {image: "$A:${B:-b${C?}}", command: "${A:+alt} ${D-} $$E"}}\n'
  expect(await loadVariables(withFiles({ '/srv/app/compose.yml': text }))).toEqual([
    { name: 'A', required: false, defaultValue: '', alternateValue: 'alt' },
    { name: 'B', required: false, defaultValue: 'b${C?}', alternateValue: '' },
    { name: 'C', required: true, defaultValue: '', alternateValue: '' },
    { name: 'D', required: false, defaultValue: '', alternateValue: '' },
  ])
})
