import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type ContainerView, listContainers } from './engine-api.ts'
import { type EngineHome, createEngineHome, ownProcesses, repository } from './engine-home.ts'
import { type ProcessOptions, type ProcessResult, runProcess } from './run-process.ts'

/** Files of a scenario: a folder of the repository, of which a copy is made, or texts by name. */
export type Files = string | Readonly<Record<string, string>>

export interface WorldOptions {
  /** Paths in the folder that are copied, when not all of it is. */
  readonly only?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Folder in which the data root is made. */
  readonly dataParent?: string
}

/** An engine of its own and a folder to work in. */
export interface World {
  readonly home: EngineHome
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** Containers as they were before the step that is running. */
  before: readonly ContainerView[]
}

export type RunOptions = Partial<Omit<ProcessOptions, 'env'>> & { readonly env?: Readonly<Record<string, string>> }

export const createWorld = (files: Files, options: WorldOptions = {}): World => {
  const home = createEngineHome(options.dataParent)
  const folder = join(home.folder, typeof files === 'string' && files !== '.' ? basename(files) : 'work')
  mkdirSync(folder)
  if (typeof files === 'string') copy(join(repository, files), folder, options.only)
  else writeFiles(folder, files)
  return { home, folder, env: { ...home.env, ...options.env }, before: [] }
}

/** Adds or replaces files of the world's folder. */
export const writeFiles = (folder: string, files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

export const runCompose = (world: World, args: readonly string[], options: RunOptions = {}): Promise<ProcessResult> =>
  runTool(world, 'tsc-compose', args, options)

export const runEngine = (world: World, args: readonly string[], options: RunOptions = {}): Promise<ProcessResult> =>
  runTool(world, 'tsc-engine', args, options)

export const containersOf = (world: World): Promise<ContainerView[]> => listContainers(world.home.socket)

/** What a person would look at first when a step failed. */
export const describeWorld = async (world: World): Promise<string> => {
  const containers = await containersOf(world).catch(() => [])
  const log = join(world.home.state, 'engine.log')
  return [
    `folder: ${world.folder}`,
    'containers:',
    ...containers.map(({ name, state, status }) => `  ${name}  ${state}  ${status}`),
    'processes:',
    ...ownProcesses(world.home).map(({ pid, command }) => `  ${pid} ${command}`),
    'end of engine.log:',
    ...tail(log, 20).map((line) => `  ${line}`),
  ].join('\n')
}

const runTool = (world: World, tool: string, args: readonly string[], options: RunOptions): Promise<ProcessResult> =>
  runProcess([process.execPath, join(repository, `bin/${tool}.js`), ...args], {
    cwd: world.folder,
    ...options,
    env: { ...world.env, ...options.env },
  })

const copy = (from: string, to: string, only: readonly string[] = ['.']): void => {
  for (const path of only) cpSync(join(from, path), join(to, path), { recursive: true })
}

const tail = (path: string, count: number): string[] => {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-count)
  } catch {
    return []
  }
}
