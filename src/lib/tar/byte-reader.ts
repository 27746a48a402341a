import { TarError } from './tar-header.ts'

/** Reads exact lengths from a source of chunks without joining more than was asked for. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]()
  }

  /** The next `length` bytes, or undefined at the end of the source. @throws TarError when it ends in between */
  async read(length: number): Promise<Buffer | undefined> {
    if (this.#rest.length >= length) return toBuffer(this.#take(length))
    const parts: Uint8Array[] = []
    let missing = length
    while (missing > 0) {
      const part = await this.some(missing)
      if (!part) {
        if (missing === length) return undefined
        throw new TarError('the archive is cut short')
      }
      parts.push(part)
      missing -= part.length
    }
    return Buffer.concat(parts, length)
  }

  /** Between one and `limit` bytes as they come, or undefined at the end. */
  async some(limit: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next()
      if (next.done) return undefined
      this.#rest = next.value
    }
    return this.#take(Math.min(limit, this.#rest.length))
  }

  /** Reads `length` bytes and forgets them. */
  async skip(length: number): Promise<void> {
    for (let missing = length; missing > 0;) {
      const part = await this.some(missing)
      if (!part) throw new TarError('the archive is cut short')
      missing -= part.length
    }
  }

  /** Reads to the end of the source. */
  async drain(): Promise<void> {
    this.#rest = new Uint8Array(0)
    while (!(await this.#chunks.next()).done);
  }

  /** Tells the source that nothing more will be read. */
  async close(): Promise<void> {
    await this.#chunks.return?.()
  }

  #take(length: number): Uint8Array {
    const taken = this.#rest.subarray(0, length)
    this.#rest = this.#rest.subarray(length)
    return taken
  }
}

const toBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
