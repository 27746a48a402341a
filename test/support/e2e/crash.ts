import { setTimeout as sleep } from 'node:timers/promises'
import { serviceState } from './checks.ts'
import { getJson } from './engine-api.ts'
import { engineProcess, ownProcesses } from './engine-home.ts'
import { eventually } from './eventually.ts'
import type { ProcessResult } from './run-process.ts'
import type { Check, Command } from './scenario.ts'
import { type World, containersOf, runCompose } from './world.ts'

export const MOMENTS = ['up', 'running', 'down'] as const

export interface Kill {
  readonly moment: (typeof MOMENTS)[number]
  readonly victim: 'tsc-engine' | 'tsc-compose'
  /** From the start of the command, or from its end for `running`. */
  readonly delayMs: number
}

/** Brings the stack to that moment, kills, and runs `up` to its end; the result is that of the last `up`. */
export const killAt =
  ({ moment, victim, delayMs }: Kill): Command =>
  async (world) => {
    const up = ['up', '--detach']
    if (moment === 'up') await runAndKill(world, { args: up, victim, delayMs })
    if (moment === 'running') {
      await mustSucceed(runCompose(world, up))
      await sleep(delayMs)
      kill(world, 'tsc-engine')
    }
    if (moment === 'down') {
      await mustSucceed(runCompose(world, up))
      await runAndKill(world, { args: ['down', '--timeout', '1'], victim, delayMs })
    }
    return mustSucceed(runCompose(world, up))
  }

/**
 * The counter wrote each number once, from 1 on. Where `down` was cut short, it may have been stopped, and `up` started
 * the same container a second time.
 */
const noLineLostOrDoubled =
  (lives: number): Check =>
  async (world) => {
    const { stdout } = await runCompose(world, ['logs', '--no-log-prefix', 'counter'])
    const numbers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => Number(line.replace('line ', '')))
    let last = 0
    let starts = 0
    for (const [index, number] of numbers.entries()) {
      if (number === 1) starts += 1
      else if (number !== last + 1) throw new Error(`Line ${index + 1} of the log has number ${number} after ${last}`)
      last = number
    }
    if (starts < 1 || starts > lives) throw new Error(`The log begins ${starts} times`)
  }

const jobStatusIsKept: Check = (world) =>
  eventually(async () => {
    const job = (await containersOf(world)).find(({ service }) => service === 'job')
    const { State } = await getJson<{ State: { Status: string; ExitCode: number } }>(
      world.home.socket,
      `/v1.45/containers/${job?.id}/json`,
    )
    if (State.Status !== 'exited' || State.ExitCode !== 42) {
      throw new Error(`The job is ${State.Status} with status ${State.ExitCode}`)
    }
  })

/** What must hold after `up` was run again. */
export const convergence = (moment: Kill['moment']): readonly Check[] => [
  serviceState('db', 'healthy'),
  serviceState('counter', 'running'),
  serviceState('web', 'running'),
  noLineLostOrDoubled(moment === 'down' ? 2 : 1),
  jobStatusIsKept,
]

const runAndKill = async (
  world: World,
  { args, victim, delayMs }: { args: readonly string[]; victim: Kill['victim']; delayMs: number },
): Promise<void> => {
  const running = runCompose(world, args)
  await sleep(delayMs)
  kill(world, victim)
  await running
}

const kill = (world: World, victim: Kill['victim']): void => {
  const found =
    victim === 'tsc-engine'
      ? engineProcess(world.home)
      : ownProcesses(world.home).find(({ command }) => command.includes('tsc-compose.js'))
  if (!found) return
  try {
    process.kill(found.pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const mustSucceed = async (running: Promise<ProcessResult>): Promise<ProcessResult> => {
  const result = await running
  if (result.status !== 0) throw new Error(`$ ${result.line}\nexit status ${result.status}\n${result.output}`)
  return result
}
