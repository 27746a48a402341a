import { createHash } from 'node:crypto'
import { AppError } from '../../../src/errors/app-error.ts'
import type { ProgressMessage } from '../../../src/port/common.ts'
import type { BuilderPort, ImageInspect, ImagesPort } from '../../../src/port/images.ts'
import { familiarName, imageRef } from '../../../src/spec/image-ref.ts'

export interface ProcessImages extends ImagesPort {
  readonly builder: BuilderPort
  /** @throws E_IMAGE_NOT_FOUND */
  find(reference: string): ImageInspect
}

/** Images without content: names, ids and sizes. `inUse` says which container holds an image. */
export const processImages = (names: readonly string[], inUse: (id: string) => string | undefined): ProcessImages => {
  const images = new Map<string, ImageInspect>()
  const add = (name: string | undefined, seed: string | Uint8Array, size: number): ImageInspect => {
    const id = `sha256:${createHash('sha256').update(seed).digest('hex')}`
    const image = images.get(id) ?? newImage(id, size)
    images.set(id, image)
    if (name !== undefined) retag(image, name)
    return image
  }
  const retag = (image: ImageInspect, name: string): void => {
    const tag = familiarName(imageRef(name))
    for (const other of images.values()) other.RepoTags = other.RepoTags.filter((has) => has !== tag)
    image.RepoTags.push(tag)
  }
  const find = (reference: string): ImageInspect => {
    const byId = [...images.values()].find(({ Id }) => Id === reference || Id.slice(7).startsWith(reference))
    const wanted = /^(sha256:)?[0-9a-f]{6,}$/.test(reference) ? reference : familiarName(imageRef(reference))
    const found = byId ?? [...images.values()].find(({ RepoTags }) => RepoTags.includes(wanted))
    if (!found) throw new AppError('E_IMAGE_NOT_FOUND', `No such image: ${wanted}`)
    return found
  }
  async function* stored(archive: AsyncIterable<Uint8Array>, name?: string): AsyncGenerator<ProgressMessage> {
    const hash = createHash('sha256')
    let size = 0
    for await (const piece of archive) {
      hash.update(piece)
      size += piece.length
      yield { status: 'Reading', progressDetail: { current: size } }
    }
    const image = add(name, hash.digest(), size)
    yield { status: image.Id, aux: { ID: image.Id } }
  }
  for (const name of names) add(name, name, 1_000_000)

  return {
    find,
    builder: { build: (context, { tags }) => stored(context, tags?.[0]) },
    list: async () =>
      [...images.values()].map(({ Id, RepoTags, RepoDigests, Size }) => ({
        Id,
        ParentId: '',
        RepoTags,
        RepoDigests,
        Created: 0,
        Size,
        SharedSize: -1,
        Labels: null,
        Containers: -1,
      })),
    inspect: async (reference) => find(reference),
    history: async (reference) => {
      const { Id, RepoTags, Size } = find(reference)
      return [{ Id, Created: 0, CreatedBy: '', Tags: RepoTags, Size, Comment: '' }]
    },
    // oxlint-disable-next-line require-yield
    async *pull(reference) {
      throw new AppError(
        'E_IMAGE_NOT_FOUND',
        `pull access denied for ${reference}, repository does not exist or may require 'docker login'`,
      )
    },
    import: (archive, { reference }) => stored(archive, reference),
    async *bootstrap(name) {
      yield { status: 'Making', id: name }
      yield { status: add(name, name, 1_000_000).Id }
    },
    tag: async (reference, target) => retag(find(reference), target),
    remove: async (reference, { force } = {}) => {
      const image = find(reference)
      const byName = image.RepoTags.includes(reference.includes(':') ? reference : `${reference}:latest`)
      const rows = byName ? [{ Untagged: reference }] : []
      if (byName && image.RepoTags.length > 1) {
        image.RepoTags = image.RepoTags.filter((tag) => tag !== familiarName(imageRef(reference)))
        return rows
      }
      const holder = inUse(image.Id)
      if (holder !== undefined && !force) {
        throw new AppError(
          'E_CONTAINER_CONFLICT',
          `conflict: unable to remove repository reference "${reference}" (must force) - container ${holder} is using ` +
            `its referenced image ${image.Id.slice(7, 19)}`,
        )
      }
      images.delete(image.Id)
      return [...rows, { Deleted: image.Id }]
    },
  }
}

const newImage = (id: string, size: number): ImageInspect => ({
  Id: id,
  RepoTags: [],
  RepoDigests: [],
  Parent: '',
  Comment: '',
  Created: '2026-01-01T00:00:00Z',
  Author: '',
  Config: { Cmd: ['sh'] },
  Architecture: 'amd64',
  Os: 'linux',
  Size: size,
  GraphDriver: { Name: 'process', Data: null },
  RootFS: { Type: 'layers', Layers: [id] },
  Metadata: { LastTagTime: '0001-01-01T00:00:00Z' },
})
