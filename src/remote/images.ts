import { defined } from '../lib/defined.ts'
import type { ProgressMessage } from '../port/common.ts'
import type { BuilderPort, ImageSummary, ImagesPort, RegistryAuth } from '../port/images.ts'
import type { EngineClient } from './engine-client.ts'
import { filtersParam } from './query-string.ts'

export const remoteImages = (client: EngineClient): ImagesPort => {
  const at = (reference: string, verb?: string): string =>
    `/images/${reference.split('/').map(encodeURIComponent).join('/')}${verb === undefined ? '' : `/${verb}`}`
  return {
    list: async ({ all, filters, signal } = {}) => {
      const query = { all, filters: filtersParam(filters) }
      const images = await client.json<ImageSummary[]>({
        method: 'GET',
        path: '/images/json',
        query,
        ...defined({ signal }),
      })
      return images.map((image) => ({
        ...image,
        RepoTags: image.RepoTags ?? [],
        RepoDigests: image.RepoDigests ?? [],
      }))
    },
    inspect: (reference, { signal } = {}) =>
      client.json({ method: 'GET', path: at(reference, 'json'), ...defined({ signal }) }),
    history: (reference, { signal } = {}) =>
      client.json({ method: 'GET', path: at(reference, 'history'), ...defined({ signal }) }),
    pull: (reference, { platform, auth, signal } = {}) =>
      client.lines<ProgressMessage>({
        method: 'POST',
        path: '/images/create',
        query: { ...pullQuery(reference), platform },
        ...(auth ? { headers: { 'X-Registry-Auth': authHeader(auth) } } : {}),
        ...defined({ signal }),
      }),
    import: (archive, { reference, message, changes, platform, signal }) =>
      client.lines<ProgressMessage>({
        method: 'POST',
        path: '/images/create',
        query: { fromSrc: '-', repo: reference, message, changes, platform },
        archive,
        ...defined({ signal }),
      }),
    bootstrap: (name, { mirror, signal } = {}) =>
      client.lines<ProgressMessage>({
        method: 'POST',
        path: '/images/bootstrap',
        query: { name, mirror },
        ...defined({ signal }),
      }),
    tag: async (reference, target, { signal } = {}) => {
      const { name, tag } = splitTag(target)
      await client.status({
        method: 'POST',
        path: at(reference, 'tag'),
        query: { repo: name, tag },
        ...defined({ signal }),
      })
    },
    remove: (reference, { force, noPrune, signal } = {}) =>
      client.json({
        method: 'DELETE',
        path: at(reference),
        query: { force, noprune: noPrune },
        ...defined({ signal }),
      }),
  }
}

/** Without a tag an engine would pull all of them. */
const pullQuery = (reference: string): { fromImage: string; tag: string | undefined } => {
  const { name, tag } = splitTag(reference)
  return { fromImage: name, tag: tag ?? (reference.includes('@') ? undefined : 'latest') }
}

/** Digests stay with the name. */
const splitTag = (reference: string): { name: string; tag: string | undefined } => {
  const match = /^([^@]+):([^:/@]+)$/.exec(reference)
  return { name: match?.[1] ?? reference, tag: match?.[2] }
}

const authHeader = (auth: RegistryAuth): string => Buffer.from(JSON.stringify(auth)).toString('base64url')

export const remoteBuilder = (client: EngineClient): BuilderPort => ({
  build: (context, options) =>
    client.lines<ProgressMessage>({
      method: 'POST',
      path: '/build',
      query: {
        version: '1',
        dockerfile: options.dockerfile,
        t: options.tags,
        buildargs: options.buildArgs && JSON.stringify(options.buildArgs),
        labels: options.labels && JSON.stringify(options.labels),
        target: options.target,
        nocache: options.noCache,
        pull: options.pull,
        networkmode: options.networkMode,
        extrahosts: options.extraHosts,
        shmsize: options.shmSize,
        forcerm: true,
      },
      archive: context,
      ...defined({ signal: options.signal }),
    }),
})
