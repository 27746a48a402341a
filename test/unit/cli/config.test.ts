import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { cliWorld } from '../../support/cli/cli-run.ts'

const COMPOSE = `
services:
  web:
    image: "web:\${TAG:-1}"
    depends_on: [db]
    networks: [front]
  db:
    build: .
    volumes: ["data:/data"]
    networks: [front]
  debug: {image: busybox, profiles: [tools]}
volumes: {data: {}}
networks: {front: {}}
`

it.each([
  [['--images'], ['p-db', 'web:1']],
  [['--volumes'], ['data']],
  [['--networks'], ['front']],
  [['--profiles'], ['tools']],
])('config %j lists one thing a line', async (args, expected) => {
  await using here = await cliWorld(COMPOSE)
  const { stdout } = await here.run('config', ...args)
  expect(stdout.trimEnd().split('\n').sort()).toEqual(expected)
})

it('hashes services as docker compose does', async () => {
  await using here = await cliWorld('services: {a: {image: busybox}}')
  expect((await here.run('config', '--hash', '*')).stdout).toMatch(/^a 2afd7866203d[0-9a-f]{45}5605234\n$/)
})

it('lists the variables that the file names', async () => {
  await using here = await cliWorld(COMPOSE)
  const { stdout } = await here.run('config', '--variables')
  const head = ['NAME', 'REQUIRED', 'DEFAULT VALUE'].map((cell) => cell.padEnd(20)).join('')
  expect(stdout).toBe(`${head}ALTERNATE VALUE\n${'TAG'.padEnd(20)}${'false'.padEnd(20)}${'1'.padEnd(20)}\n`)
})

it('is JSON with --format json, and a compose file again without', async () => {
  await using here = await cliWorld(COMPOSE)
  const { stdout } = await here.run('config', '--format', 'json')
  expect(JSON.parse(stdout)).toMatchObject({ name: 'p', services: { web: { image: 'web:1' } } })
  expect((await here.run('config')).stdout).toMatch(/^name: p\nservices:\n/)
})

it('says nothing with -q, and writes to the file of -o', async () => {
  await using here = await cliWorld(COMPOSE)
  expect(await here.run('config', '-q')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  expect((await here.run('config', '-o', 'out.yaml')).stdout).toBe('')
  expect(await readFile(join(here.folder, 'out.yaml'), 'utf8')).toContain('image: web:1')
})

it('prints all findings with their places, and fails', async () => {
  await using here = await cliWorld('services:\n  web:\n    imag: x\n    ports: ["a:b:c:d:e"]\n')
  const { exitCode, stderr } = await here.run('config')
  expect(stderr).toContain('compose.yaml:3:5: error:')
  expect(stderr).toContain('compose.yaml:4:')
  expect(stderr).toContain('^^^^')
  expect(exitCode).toBe(1)
})

it('graph shows what needs what, for named services only that', async () => {
  await using here = await cliWorld(COMPOSE)
  expect((await here.run('graph')).stdout).toBe('1  db\n2  web\n     db  depends_on\n')
  expect((await here.run('graph', 'db')).stdout).toBe('1  db\n')
  expect((await here.run('graph', '--format', 'mermaid')).stdout).toMatch(/^flowchart TD\n/)
})
