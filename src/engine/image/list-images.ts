import { AppError } from '../../errors/app-error.ts'
import type { Filters } from '../../port/common.ts'
import type { ImageSummary } from '../../port/images.ts'
import type { Digest } from '../../spec/digest.ts'
import { globRegExp } from '../../lib/glob.ts'
import type { ImageStore } from './image-store.ts'
import { createdSeconds, summarize } from './image-views.ts'

/** The image with the names that are left, or undefined when a filter takes it out. */
type Filter = (image: ImageSummary) => ImageSummary | undefined

/** Docker's filters of `GET /images/json`; each makes a test of the values it is given. */
const FILTERS: Readonly<Record<string, (values: readonly string[], store: ImageStore) => Promise<Filter>>> = {
  reference: async (values) => {
    const patterns = values.map(globRegExp)
    const matches = (name: string): boolean => {
      const bare = name.replace(/@.*$/, '').replace(/:[\w.-]+$/, '')
      return patterns.some((pattern) => pattern.test(name) || pattern.test(bare))
    }
    return (image) => {
      const tags = image.RepoTags.filter(matches)
      const digests = image.RepoDigests.filter(matches)
      return tags.length + digests.length === 0 ? undefined : { ...image, RepoTags: tags, RepoDigests: digests }
    }
  },
  label: async (values) => keepIf((image) => values.every((value) => hasLabel(image, value))),
  dangling: async (values) => {
    const wanted = values.map(parseFlag)
    return keepIf((image) => wanted.includes(image.RepoTags.length === 0))
  },
  before: async (values, store) => {
    const limit = Math.min(...(await createdOf(values, store)))
    return keepIf((image) => image.Created < limit)
  },
  since: async (values, store) => {
    const limit = Math.max(...(await createdOf(values, store)))
    return keepIf((image) => image.Created > limit)
  },
}

const keepIf =
  (test: (image: ImageSummary) => boolean): Filter =>
  (image) =>
    test(image) ? image : undefined

const createdOf = (references: readonly string[], store: ImageStore): Promise<number[]> =>
  Promise.all(references.map(async (reference) => createdSeconds(await store.config(store.find(reference)))))

const hasLabel = (image: ImageSummary, wanted: string): boolean => {
  const equals = wanted.indexOf('=')
  const key = equals < 0 ? wanted : wanted.slice(0, equals)
  const value = image.Labels?.[key]
  return value !== undefined && (equals < 0 || value === wanted.slice(equals + 1))
}

const parseFlag = (value: string): boolean => {
  if (['true', '1'].includes(value)) return true
  if (['false', '0'].includes(value)) return false
  throw new AppError('E_SPEC_INVALID', `Cannot list images: the filter "dangling" is true or false, not "${value}"`)
}

/** Newest first. @throws E_SPEC_INVALID for a filter that does not exist */
export const listImages = async (store: ImageStore, filters: Filters = {}): Promise<ImageSummary[]> => {
  const tests = await Promise.all(
    Object.entries(filters)
      .filter(([, values]) => values.length > 0)
      .map(([key, values]) => {
        const filter = FILTERS[key]
        if (!filter) throw new AppError('E_SPEC_INVALID', `Cannot list images: there is no filter "${key}"`)
        return filter(values, store)
      }),
  )
  const ids = Object.keys(store.index.table.images) as Digest[]
  const images = await Promise.all(ids.map((id) => summarize(store, id)))
  return images
    .flatMap((image) => {
      let left: ImageSummary | undefined = image
      for (const test of tests) left = left && test(left)
      return left ? [left] : []
    })
    .sort((a, b) => b.Created - a.Created || (a.Id < b.Id ? -1 : 1))
}
