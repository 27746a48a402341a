import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { repository } from './engine-home.ts'
import { runProcess } from './run-process.ts'
import type { Command } from './scenario.ts'
import { type RunOptions, runCompose, runEngine, writeFiles } from './world.ts'

/** `tsc-compose ARGS` in the scenario's folder. */
export const compose =
  (...args: string[]): Command =>
  (world) =>
    runCompose(world, args)

/** {@link compose} with another environment, folder or standard input. */
export const composeWith =
  (options: RunOptions, ...args: string[]): Command =>
  (world) =>
    runCompose(world, args, options)

/** `tsc-engine ARGS` in the scenario's folder. */
export const engine =
  (...args: string[]): Command =>
  (world) =>
    runEngine(world, args)

/** Changes files first. */
export const editing =
  (files: Readonly<Record<string, string>>, command: Command): Command =>
  (world) => {
    writeFiles(world.folder, files)
    return command(world)
  }

/** A command in the foreground that gets a signal as soon as its output matches, and once more `againMs` later. */
export const interrupted =
  (args: readonly string[], { when, againMs }: { when: RegExp; againMs?: number }): Command =>
  (world) => {
    let sent = false
    return runCompose(world, args, {
      onOutput: (output, kill) => {
        if (sent || !when.test(output)) return
        sent = true
        kill('SIGINT')
        if (againMs !== undefined) void sleep(againMs).then(() => kill('SIGINT'))
      },
    })
  }

/** `tsc-compose ARGS` as the user nobody. */
export const composeAsNobody =
  (...args: string[]): Command =>
  (world) => {
    const user = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
    const tool = [process.execPath, join(repository, 'bin/tsc-compose.js')]
    return runProcess([...user, ...tool, ...args], { cwd: world.folder, env: world.env })
  }
