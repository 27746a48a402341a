import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answers } from '../../../src/cli/engine-answers.ts'
import { LOCKED_STATUS, startBuiltInEngine } from '../../../src/cli/engine-start.ts'
import { engineSettings } from '../../../src/cli/options/engine-settings.ts'

let state: string

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'engine-start-'))
})
afterEach(() => rm(state, { recursive: true, force: true }))

/** A program in place of tsc-engine; `socket`, `server` and `log` are at its hand. */
const program = (body: string): string[] => [
  process.execPath,
  '-e',
  `const socket = process.argv[process.argv.indexOf('--host') + 1].replace('unix://', '')
   const server = require('node:net').createServer((c) => { c.on('error', () => {}); c.end() })
   const listen = () => server.listen(socket)
   ${body}`,
  '--',
]

const start = (engineCommand: readonly string[], signal = new AbortController().signal): Promise<void> =>
  startBuiltInEngine({ settings: engineSettings({}, { state, root: state }), engineCommand, env: process.env, signal })

const asRoot = process.getuid?.() === 0

describe.skipIf(!asRoot)('startBuiltInEngine (needs root)', () => {
  it('waits until the socket answers, and the engine goes on', async () => {
    await start(program('setTimeout(listen, 50); setTimeout(() => process.exit(), 5000)'))
    expect(await answers(join(state, 'engine.sock'))).toBe(true)
  })

  it('tells what the engine said when it ends', async () => {
    const failing = program('console.error("no OCI runtime"); process.exit(1)')
    await expect(start(failing)).rejects.toMatchObject({
      code: 'E_CLI_ENGINE_START',
      message: 'Cannot start the built-in engine: no OCI runtime',
      hint: `Its log is ${join(state, 'engine.log')}`,
    })
  })

  it('tells only what this engine said, not one before it', async () => {
    await start(program('console.error("old"); process.exit(1)')).catch(() => undefined)
    await expect(start(program('console.error("new"); process.exit(1)'))).rejects.toThrow(/engine: new$/)
    expect(await readFile(join(state, 'engine.log'), 'utf8')).toBe('old\nnew\n')
  })

  it('waits for the other one when it finds the data root locked', async () => {
    const other = createServer((connection) => connection.end())
    const started = start(program(`process.exit(${LOCKED_STATUS})`))
    setTimeout(() => other.listen(join(state, 'engine.sock')), 300)
    await expect(started).resolves.toBeUndefined()
    await new Promise((resolve) => other.close(resolve))
  })

  it('stops waiting when it is told to', async () => {
    const controller = new AbortController()
    const started = start(program('setTimeout(() => process.exit(), 1500)'), controller.signal)
    controller.abort(new Error('enough'))
    await expect(started).rejects.toThrow('enough')
  })

  it('cannot start what is not there', async () => {
    await expect(start([join(state, 'no-such-program')])).rejects.toMatchObject({ code: 'E_CLI_ENGINE_START' })
  })
})
