import { AppError } from '../../errors/app-error.ts'
import type { ImageDeleteRow } from '../../port/images.ts'
import { type Digest, digestHex } from '../../spec/digest.ts'
import { familiarName, imageRef } from '../../spec/image-ref.ts'
import { withoutRefs } from './image-index.ts'
import { type ImageStore, storedName } from './image-store.ts'

/** A container that was made of an image. */
export interface ImageUser {
  readonly id: string
  readonly running: boolean
}

export interface RemoveOptions {
  readonly force?: boolean
  readonly users: readonly ImageUser[]
}

/**
 * Docker's rules: a name is taken away; the image goes with its last name, or at once when its id is given and all of
 * its names are of one repository. Running containers cannot be overruled, stopped ones and further names by force.
 * @throws E_IMAGE_CONFLICT in Docker's words
 */
export const removeImage = async (
  store: ImageStore,
  reference: string,
  options: RemoveOptions,
): Promise<ImageDeleteRow[]> => {
  const id = store.find(reference)
  const names = store.index.names(id)
  const isId = digestHex(id).startsWith(reference.replace(/^sha256:/, ''))
  const rows: ImageDeleteRow[] = []
  const untag = async (gone: readonly string[]): Promise<void> => {
    await store.index.update((table) => withoutRefs(table, gone))
    for (const name of gone) rows.push({ Untagged: familiarName(imageRef(name)) })
  }
  if (isId) {
    refuseDelete(id, names, options, isOneRepository(names))
    await untag(names)
  } else {
    const [user] = options.users
    if (!options.force && isOneRepository(names) && user) {
      throw conflict(
        `unable to remove repository reference "${reference}" (must force)` +
          ` - container ${user.id.slice(0, 12)} is using its referenced image ${shortId(id)}`,
      )
    }
    const gone = namesThatGo(names, storedName(imageRef(reference)))
    await untag(gone)
    if (gone.length < names.length) return rows
    // The name is gone, as asked; an image that is in use stays without one.
    if (options.users.some(({ running }) => running)) return rows
  }
  rows.push(...(await deleteImage(store, id)))
  return rows
}

/** The name itself; and when it was the last tag of its repository, the repository's digests with it. */
const namesThatGo = (names: readonly string[], name: string): string[] => {
  const repository = repositoryOf(name)
  const ofRepository = names.filter((other) => repositoryOf(other) === repository)
  const tagsLeft = ofRepository.filter((other) => other !== name && !other.includes('@'))
  return name.includes('@') || tagsLeft.length > 0 ? [name] : ofRepository
}

const refuseDelete = (id: Digest, names: readonly string[], options: RemoveOptions, isOne: boolean): void => {
  const refuse = (force: 'cannot be forced' | 'must be forced', why: string): AppError =>
    conflict(`unable to delete ${shortId(id)} (${force}) - ${why}`)
  const running = options.users.find((user) => user.running)
  if (running) {
    throw refuse('cannot be forced', `image is being used by running container ${running.id.slice(0, 12)}`)
  }
  if (options.force) return
  if (names.length > 1 && !isOne) throw refuse('must be forced', 'image is referenced in multiple repositories')
  const [stopped] = options.users
  if (stopped) throw refuse('must be forced', `image is being used by stopped container ${stopped.id.slice(0, 12)}`)
}

/** At most one tag, and everything in one repository. */
const isOneRepository = (names: readonly string[]): boolean =>
  names.filter((name) => !name.includes('@')).length <= 1 && new Set(names.map(repositoryOf)).size <= 1

const repositoryOf = (name: string): string => {
  const { registry, repository } = imageRef(name)
  return `${registry}/${repository}`
}

/** Deletes the image, and of its layers and blobs those that nothing else uses. */
const deleteImage = async (store: ImageStore, id: Digest): Promise<ImageDeleteRow[]> => {
  const record = store.index.table.images[id]
  const chain = store.chain(id)
  await store.index.update((table) => ({
    ...table,
    images: Object.fromEntries(Object.entries(table.images).filter(([other]) => other !== id)),
  }))
  const rows: ImageDeleteRow[] = [{ Deleted: id }]
  const others = Object.keys(store.index.table.images) as Digest[]
  const usedChain = new Set(others.flatMap((other) => store.chain(other)))
  for (const chainId of chain.toReversed()) {
    if (usedChain.has(chainId) || store.isLeased(chainId) || !(await store.layers.removeLayer(chainId))) break
    rows.push({ Deleted: chainId })
  }
  const usedBlobs = new Set(others.flatMap((other) => store.index.table.images[other]?.blobs ?? []))
  for (const blob of record?.blobs ?? []) if (!usedBlobs.has(blob)) await store.blobs.remove(blob)
  return rows
}

const shortId = (id: Digest): string => digestHex(id).slice(0, 12)

const conflict = (what: string): AppError => new AppError('E_IMAGE_CONFLICT', `conflict: ${what}`)
