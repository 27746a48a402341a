import { AppError, messageOf } from '../../../errors/app-error.ts'
import { delay } from '../../../lib/wait.ts'
import type { Descriptor } from './manifest.ts'
import { type RegistryClient, isTransientError } from './registry-client.ts'

export interface FetchOptions {
  /** Bytes so far. */
  onProgress?(current: number): void
  readonly signal?: AbortSignal
  /** First pause before a connection that broke is made again, in milliseconds; 500 when absent. */
  readonly retryDelay?: number
}

const TRIES = 6

/** The bytes of a blob; a connection that breaks is taken up again where it broke. Whoever reads checks the digest. */
export async function* fetchBlob(
  client: RegistryClient,
  blob: Descriptor,
  options: FetchOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  let offset = 0
  for (let failures = 0; offset < blob.size || blob.size === 0;) {
    const before = offset
    const answer = await client.get(`blobs/${blob.digest}`, offset > 0 ? { range: `bytes=${offset}-` } : {})
    // A server without ranges begins anew: what is known already is passed over.
    let skip = answer.status === 206 ? 0 : offset
    try {
      for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
        const fresh = chunk.subarray(Math.min(skip, chunk.length))
        skip -= chunk.length - fresh.length
        if (fresh.length === 0) continue
        offset += fresh.length
        yield fresh
        options.onProgress?.(offset)
      }
      if (offset >= blob.size) return
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!isTransientError(error)) throw error
      failures = offset > before ? 0 : failures
      if (failures + 1 >= TRIES) throw broken(blob, messageOf(error))
    } finally {
      answer.body.destroy()
    }
    failures += 1
    if (failures >= TRIES) throw broken(blob, `it ended after ${offset} of ${blob.size} bytes`)
    await delay((options.retryDelay ?? 500) * 2 ** (failures - 1), options.signal)
  }
}

const broken = (blob: Descriptor, why: string): AppError =>
  new AppError('E_IMAGE_REGISTRY', `Cannot download "${blob.digest}": ${why}`)
