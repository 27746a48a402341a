import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Engine, openEngine } from '../../src/engine/engine.ts'
import { enginePaths } from '../../src/engine/paths.ts'
import type { EnginePaths } from '../../src/engine/context.ts'

export interface TestEngine extends AsyncDisposable {
  readonly engine: Engine
  readonly paths: EnginePaths
  readonly warnings: string[]
  /** Ends the engine and opens another one on the same folders. */
  reopen(): Promise<Engine>
}

/** A built-in engine with folders of its own and a busybox image; its containers are removed with it. */
export const builtInEngine = async (): Promise<TestEngine> => {
  const folder = await mkdtemp(join(tmpdir(), 'tsc-engine-'))
  const paths = await enginePaths({ root: join(folder, 'root'), state: join(folder, 'state') })
  const warnings: string[] = []
  const open = (): Promise<Engine> => openEngine({ paths, version: '0.0.1', warn: (text) => warnings.push(text) })
  let engine = await open()
  for await (const message of engine.port.images.bootstrap('busybox')) {
    if (message.error) throw new Error(message.error)
  }
  return {
    get engine() {
      return engine
    },
    paths,
    warnings,
    async reopen() {
      await engine.close()
      engine = await open()
      return engine
    },
    async [Symbol.asyncDispose]() {
      const { containers } = engine.port
      for (const { Id } of await containers.list({ all: true }))
        await containers.remove(Id, { force: true, volumes: true })
      await engine.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
