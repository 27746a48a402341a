/* oxlint-disable vitest/valid-title, vitest/expect-expect -- titles and assertions come from the steps of a scenario */
import { afterAll, beforeAll, describe, test } from 'vitest'
import { eventually } from './eventually.ts'
import { removeEngineHome, stopEngine } from './engine-home.ts'
import { type HostSnapshot, compareHosts, takeHostSnapshot } from './host-snapshot.ts'
import type { ProcessResult } from './run-process.ts'
import {
  type Files,
  type World,
  type WorldOptions,
  containersOf,
  createWorld,
  describeWorld,
  runCompose,
  runEngine,
} from './world.ts'

/** Something a user does. */
export type Command = (world: World) => Promise<ProcessResult>
/** Something a user can see afterwards; throws when it is otherwise. */
export type Check = (world: World, result: ProcessResult) => Promise<void> | void

export interface ScenarioOptions extends WorldOptions {
  /** Base images made before the first step. */
  readonly images?: readonly string[]
  /** Of one step, in milliseconds. */
  readonly timeoutMs?: number
}

export interface Scenario {
  /** One test: the sentence says what must be seen; the command runs, then the checks, in order. */
  step(sentence: string, command: Command, ...checks: Check[]): Scenario
}

/** Making a base image downloads a distribution. */
const SETUP_MS = 500_000

interface Step {
  readonly sentence: string
  readonly command: Command
  readonly checks: readonly Check[]
}

/**
 * A story over a folder of files, with an engine of its own. Each step is a test, and after a failed one the rest is
 * skipped. The last test takes everything down and compares the host with what it was before.
 */
export const scenario = (name: string, files: Files, options: ScenarioOptions = {}): Scenario => {
  const steps: Step[] = []
  describe(name, () => {
    let world: World
    let host: HostSnapshot
    let failed: string | undefined

    beforeAll(async () => {
      world = createWorld(files, options)
      host = takeHostSnapshot(world.home)
      for (const image of options.images ?? ['busybox']) {
        const made = await runEngine(world, ['image', 'bootstrap', image], { timeoutMs: SETUP_MS })
        if (made.status !== 0) throw new Error(`$ ${made.line}\n${made.output}`)
      }
    }, SETUP_MS)

    for (const { sentence, command, checks } of steps) {
      test(sentence, { timeout: options.timeoutMs ?? 120_000 }, async ({ skip }) => {
        if (failed !== undefined) skip(`the step "${failed}" failed`)
        failed = sentence
        await runStep(world, command, checks)
        failed = undefined
      })
    }

    test('down leaves the host as it was', { timeout: 120_000 }, async () => {
      const down = await runCompose(world, ['down', '--volumes', '--remove-orphans', '-t', '1'])
      await stopEngine(world.home)
      await eventually(() => expectSame(host, world)).catch(async (error: unknown) => {
        throw new Error(`${String(error)}\n\n${down.output}\n\n${await describeWorld(world)}`)
      })
    })

    afterAll(async () => {
      await stopEngine(world.home).finally(() => removeEngineHome(world.home))
    })
  })
  const chain: Scenario = {
    step: (sentence, command, ...checks) => {
      steps.push({ sentence, command, checks })
      return chain
    },
  }
  return chain
}

const expectSame = (before: HostSnapshot, world: World): void => {
  const difference = compareHosts(before, takeHostSnapshot(world.home))
  if (difference.length > 0) throw new Error(`The host is not as it was:\n${difference.join('\n')}`)
}

const runStep = async (world: World, command: Command, checks: readonly Check[]): Promise<void> => {
  world.before = await containersOf(world)
  const result = await command(world)
  for (const check of checks) {
    try {
      await check(world, result)
    } catch (error) {
      const said = `$ ${result.line}\nexit status ${result.status}\n${result.output}`
      const reason = error instanceof Error ? error.message : String(error)
      throw new Error(`${reason}\n\n${said}\n\n${await describeWorld(world)}`, { cause: error })
    }
  }
}
