import type { EnginePaths } from '../../src/engine/context.ts'
import { dirname } from 'node:path'
import { takeHostSnapshot } from './e2e/host-snapshot.ts'

/** @throws when anything of the engine is left on the host */
export const assertNoTraces = (paths: EnginePaths): void => {
  const traces = tracesOf(paths)
  if (traces.length > 0) throw new Error(`The engine left behind:\n${traces.join('\n')}`)
}

/** What of one engine is on the host: `kind: line` for mounts, interfaces, namespaces, rules, cgroups, processes and records. */
const tracesOf = ({ root, state, tag }: EnginePaths): string[] => {
  const home = { folder: dirname(state), root, state, socket: '', tag, env: {} }
  const isOwn = (line: string): boolean => line.includes(home.folder) || new RegExp(`tsc-?${tag}`).test(line)
  return Object.entries(takeHostSnapshot(home)).flatMap(([kind, lines]) =>
    (lines as readonly string[])
      .filter((line) => kind === 'processes' || isOwn(line))
      .map((line) => `${kind}: ${line}`),
  )
}
