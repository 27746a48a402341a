import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyChanges } from '../../../src/engine/build/apply-changes.ts'
import { openBuilder } from '../../../src/engine/build/open-builder.ts'
import type { EnginePaths } from '../../../src/engine/context.ts'
import { createHost } from '../../../src/engine/host/create-host.ts'
import type { Host } from '../../../src/engine/host/host.ts'
import { type Images, openImages } from '../../../src/engine/image/open-images.ts'
import type { BuildPart, StepRunner } from '../../../src/engine/image/part.ts'
import type { ImageUser } from '../../../src/engine/image/remove-image.ts'
import { type Snapshots, openSnapshots } from '../../../src/engine/snapshot/open-snapshots.ts'
import { type BlobStore, openBlobs } from '../../../src/engine/store/blobs.ts'
import type { ProgressMessage } from '../../../src/port/common.ts'
import { chrootRunner } from './chroot-runner.ts'

/** The image side of an engine on a data root of its own. Its end fails when mounts are left. */
export interface Workshop extends AsyncDisposable {
  readonly host: Host
  readonly paths: EnginePaths
  readonly blobs: BlobStore
  readonly snapshots: Snapshots
  readonly images: Images
  readonly builder: BuildPart
  /** Containers that images seem to be used by. */
  readonly users: ImageUser[]
  /** The same data root, opened as the next engine would after this one was killed. */
  reopen(): Promise<Workshop>
}

export const openWorkshop = async (): Promise<Workshop> => {
  const top = await mkdtemp(join(tmpdir(), 'tsc-workshop-'))
  return openAt(top)
}

const openAt = async (top: string): Promise<Workshop> => {
  const paths = { root: join(top, 'root'), state: join(top, 'state'), tag: '0d0d0d' }
  const host = createHost()
  const snapshots = await openSnapshots({ host, paths })
  const blobs = await openBlobs(paths)
  const users: ImageUser[] = []
  const images = await openImages({ host, paths, blobs, layers: snapshots, usersOf: () => users, applyChanges })
  const runner: StepRunner = chrootRunner(snapshots)
  const builder = await openBuilder({ host, paths, images, snapshots, runner })
  return {
    host,
    paths,
    blobs,
    snapshots,
    images,
    builder,
    users,
    async reopen() {
      await host.close()
      return openAt(top)
    },
    async [Symbol.asyncDispose]() {
      for (const id of await snapshots.ids()) await snapshots.remove(id)
      const mounted = await mountsBelow(top)
      await host.close()
      if (mounted.length > 0) throw new Error(`still mounted: ${mounted.join(', ')}`)
      await rm(top, { recursive: true })
    },
  }
}

/** Mount points below a folder, as the kernel knows them. */
export const mountsBelow = async (folder: string): Promise<string[]> =>
  (await readFile('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point.startsWith(folder))

export const messagesOf = async (stream: AsyncIterable<ProgressMessage>): Promise<ProgressMessage[]> => {
  const messages: ProgressMessage[] = []
  for await (const message of stream) messages.push(message)
  return messages
}

/** What a build prints, up to its end or its error. */
export const transcript = async (
  stream: AsyncIterable<ProgressMessage>,
): Promise<{ text: string; error?: unknown }> => {
  let text = ''
  try {
    for await (const message of stream) text += message.stream ?? ''
  } catch (error) {
    return { text, error }
  }
  return { text }
}
