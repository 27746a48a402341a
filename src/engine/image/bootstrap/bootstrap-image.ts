import { AppError, isAppError } from '../../../errors/app-error.ts'
import type { ProgressMessage } from '../../../port/common.ts'
import { canonicalName, familiarName, imageRef } from '../../../spec/image-ref.ts'
import { type BootstrapParts, bootstrapBusybox } from './busybox.ts'
import { bootstrapDebian } from './debian.ts'

export interface BootstrapOptions {
  /** URL of a Debian mirror; the host's own when absent. */
  readonly mirror?: string
  /** Make it again although it is there. */
  readonly force?: boolean
  /** SOURCE_DATE_EPOCH, Unix seconds. */
  readonly epoch?: number
}

/**
 * Makes a base image without a registry: `busybox`, or `debian:SUITE` and `debian:SUITE-slim`.
 * @throws E_IMAGE_BOOTSTRAP for another name; E_HOST_MISSING naming the package of a missing tool
 */
export async function* bootstrapImage(
  parts: BootstrapParts,
  text: string,
  options: BootstrapOptions = {},
): AsyncGenerator<ProgressMessage, void, undefined> {
  const reference = imageRef(text)
  const name = canonicalName(reference)
  const familiar = familiarName(reference)
  const make = makerOf(name, options)
  if (!make) {
    throw new AppError(
      'E_IMAGE_BOOTSTRAP',
      `Cannot make image "${familiar}": only busybox and debian:SUITE[-slim] are known`,
    )
  }
  if (!options.force && isThere(parts, name)) {
    yield { status: `Image is up to date for ${familiar}: it exists and is not made again` }
    return
  }
  yield { status: `Making base image ${familiar}` }
  yield* make(parts, name)
  const id = parts.store.find(text)
  yield { status: `Made ${familiar}`, aux: { ID: id } }
}

type Maker = (parts: BootstrapParts, name: string) => AsyncGenerator<ProgressMessage, void, undefined>

const DEBIAN = /^docker\.io\/library\/debian:([a-z]+)(-slim)?$/

/** True for a canonical name that {@link bootstrapImage} makes. */
export const canBootstrap = (name: string): boolean => makerOf(name, {}) !== undefined

const makerOf = (name: string, { mirror, epoch }: BootstrapOptions): Maker | undefined => {
  const at = epoch === undefined ? {} : { epoch }
  if (name === 'docker.io/library/busybox:latest') return (parts) => bootstrapBusybox(parts, { name, ...at })
  const [, suite, slim] = DEBIAN.exec(name) ?? []
  if (suite === undefined || suite === 'latest') return undefined
  const source = mirror === undefined ? {} : { mirror }
  return (parts) => bootstrapDebian(parts, { name, suite, slim: slim !== undefined, ...source, ...at })
}

const isThere = (parts: BootstrapParts, name: string): boolean => {
  try {
    parts.store.find(name)
    return true
  } catch (error) {
    if (isAppError(error, 'E_IMAGE_NOT_FOUND')) return false
    throw error
  }
}
