import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { OciSpec } from './oci.ts'
import type { RuntimeChoice } from './choose-runtime.ts'

/** crun takes a compiled filter in this annotation, base64, instead of compiling the spec's own (crun(1)). */
const ANNOTATION = 'run.oci.seccomp_bpf_data'
/** Where crun leaves the filter that it compiled, below its folder for the container. */
const COMPILED = 'seccomp.bpf'
const SUFFIX = '.bpf'

export interface SeccompCache {
  /** The spec with its filter in compiled form, when it is known; the filter stays in it for runtimes that compile. */
  apply(spec: OciSpec): OciSpec
  /** Takes over what the runtime compiled for a container that has just been created. */
  learn(spec: OciSpec, containerId: string): Promise<void>
}

export interface SeccompCacheOptions {
  readonly runtime: RuntimeChoice
  readonly runtimeRoot: string
  /** Folder of the cache, for root alone; goes with a reboot. */
  readonly folder: string
}

/**
 * Compiling a filter is a third of what it costs crun to create a container, and nearly all containers have the same one.
 * Filters are kept by the digest of what they were compiled from and of the runtime that did it.
 */
export const openSeccompCache = async (options: SeccompCacheOptions): Promise<SeccompCache> => {
  const { runtime, runtimeRoot, folder } = options
  const known = new Map<string, string>()
  if (runtime.name !== 'crun') return { apply: (spec) => spec, learn: async () => undefined }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const name of await readdir(folder)) {
    if (name.endsWith(SUFFIX)) known.set(name.slice(0, -SUFFIX.length), await readFile(join(folder, name), 'base64'))
  }

  const keyOf = (spec: OciSpec): string | undefined =>
    spec.linux.seccomp &&
    createHash('sha256')
      .update(`${runtime.path} ${runtime.version}\n`)
      .update(JSON.stringify(spec.linux.seccomp))
      .digest('hex')

  return {
    apply(spec) {
      const data = known.get(keyOf(spec) ?? '')
      return data === undefined ? spec : { ...spec, annotations: { ...spec.annotations, [ANNOTATION]: data } }
    },
    async learn(spec, containerId) {
      const key = keyOf(spec)
      if (key === undefined || known.has(key)) return
      const file = join(folder, key + SUFFIX)
      const compiled = await readFile(join(runtimeRoot, containerId, COMPILED)).catch(() => undefined)
      if (!compiled?.length) return
      if (known.has(key)) return
      known.set(key, compiled.toString('base64'))
      await writeFile(`${file}.tmp`, compiled, { mode: 0o600 })
      await rename(`${file}.tmp`, file)
    },
  }
}
