import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerView } from './engine-api.ts'
import { eventually } from './eventually.ts'
import { contains, containsNot, same } from './expectations.ts'
import { DATA_FOLDERS } from './host-snapshot.ts'
import type { Check } from './scenario.ts'
import { type World, containersOf, runCompose } from './world.ts'

export const exitCode =
  (status: number): Check =>
  (_world, result) => {
    same(result.status, status, 'exit status')
  }

/** The command printed all of these, on either stream. */
export const prints =
  (...texts: (string | RegExp)[]): Check =>
  (_world, result) => {
    for (const text of texts) contains(result.output, text)
  }

export const printsNot =
  (...texts: (string | RegExp)[]): Check =>
  (_world, result) => {
    for (const text of texts) containsNot(result.output, text)
  }

/** Standard output is exactly this, but for white space at its end. */
export const stdout =
  (text: string): Check =>
  (_world, result) => {
    same(result.stdout.trimEnd(), text, 'standard output')
  }

/** The service has `count` containers, all in this state; `healthy` and `unhealthy` are states here. Waits for it. */
export const serviceState =
  (service: string, state: string, count = 1): Check =>
  (world) =>
    eventually(async () => {
      const states = (await ofService(world, service)).map(stateOf)
      const wanted = Array.from({ length: count }, () => state)
      same(state === 'running' ? states.map(runningOr) : states, wanted, `states of "${service}"`)
    })

/** Nothing of these services was made anew or restarted by the step. */
export const notRecreated =
  (...services: string[]): Check =>
  async (world) => {
    for (const service of services) {
      same(await idsNow(world, service), idsBefore(world, service), `containers of "${service}"`)
    }
  }

/** Every container of these services is another one than before the step. */
export const recreated =
  (...services: string[]): Check =>
  async (world) => {
    for (const service of services) {
      const before = idsBefore(world, service)
      const now = await idsNow(world, service)
      same(now.length, before.length, `number of containers of "${service}"`)
      same(
        now.filter((id) => before.includes(id)),
        [],
        `containers of "${service}" that were kept`,
      )
    }
  }

/** GET on a port of the host that is published for `port` of the service; waits until the body matches. */
export const httpBody =
  (service: string, port: number, path: string, text: string | RegExp): Check =>
  (world) =>
    eventually(async () => {
      const [container] = await ofService(world, service)
      const published = container?.ports.find((each) => each.container === port)
      if (!published) throw new Error(`Port ${port} of "${service}" is not published`)
      const response = await fetch(`http://127.0.0.1:${published.host}${path}`, { signal: AbortSignal.timeout(5000) })
      contains(await response.text(), text)
    })

/** `logs` of the service has the line `times` times, or at least once. Waits for it. */
export const logLine =
  (service: string, line: string | RegExp, times?: number): Check =>
  (world) =>
    eventually(async () => {
      const logs = await runCompose(world, ['logs', '--no-log-prefix', service])
      const pattern = typeof line === 'string' ? new RegExp(`^${escape(line)}$`) : line
      const found = logs.stdout.split('\n').filter((each) => pattern.test(each))
      if (found.length < 1 || (times !== undefined && found.length !== times)) {
        throw new Error(
          `${found.length} lines of "${service}" match ${pattern}, not ${times ?? 'one'}:\n${logs.output}`,
        )
      }
    })

/** No container and no volume is recorded any more. */
export const noLeftovers = (): Check => async (world) => {
  same(
    (await containersOf(world)).map(({ name }) => name),
    [],
    'containers',
  )
  for (const name of DATA_FOLDERS) {
    const path = join(world.home.root, name)
    same(existsSync(path) ? readdirSync(path).filter((entry) => !entry.startsWith('.')) : [], [], name)
  }
}

const ofService = async (world: World, service: string): Promise<ContainerView[]> =>
  (await containersOf(world)).filter((container) => container.service === service)

const idsBefore = (world: World, service: string): string[] =>
  world.before.filter((container) => container.service === service).map(({ id }) => id)

const idsNow = async (world: World, service: string): Promise<string[]> =>
  (await ofService(world, service)).map(({ id }) => id)

const stateOf = ({ state, status }: ContainerView): string =>
  state === 'running' ? (/\((?:health: )?(\w+)\)/.exec(status)?.[1] ?? 'running') : state

const runningOr = (state: string): string => (['healthy', 'unhealthy', 'starting'].includes(state) ? 'running' : state)

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
