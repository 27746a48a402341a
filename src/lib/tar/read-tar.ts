import { ByteReader } from './byte-reader.ts'
import { type PaxRecords, applyPax, parsePax } from './pax.ts'
import {
  TAR_BLOCK,
  type TarEncoding,
  TarError,
  type TarHeader,
  type TarType,
  tarChecksum,
  tarPadding,
} from './tar-header.ts'

export interface TarEntry {
  readonly header: TarHeader
  /** The file's bytes, once; what is not read is skipped when the next entry is asked for. */
  readonly body: AsyncIterable<Uint8Array>
}

export interface ReadTarOptions {
  readonly encoding?: TarEncoding
  /** Most bytes of one extended header; 1 MiB when absent. */
  readonly maxExtension?: number
}

const TYPES: Readonly<Record<string, TarType>> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'char',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
}

/**
 * The entries of a tar stream: ustar, PAX (POSIX.1-2001, pax(1)), GNU long names, base-256 numbers.
 * Reads the source to its end, also what follows the end of the archive. @throws TarError
 */
export async function* readTar(
  source: AsyncIterable<Uint8Array>,
  options: ReadTarOptions = {},
): AsyncGenerator<TarEntry, void, undefined> {
  const reader = new ByteReader(source)
  try {
    const encoding = options.encoding ?? 'utf8'
    const extensions = new Extensions(reader, encoding, options.maxExtension ?? 1 << 20)
    for (;;) {
      const block = await reader.read(TAR_BLOCK)
      if (!block) return
      if (block.every((byte) => byte === 0)) break
      const kind = checkedKind(block)
      if (await extensions.read(kind, block)) continue
      const header = extensions.apply(decodeHeader(block, kind, encoding))
      const body = new Body(reader, header.size)
      yield { header, body }
      await body.finish()
    }
    await reader.drain()
  } finally {
    await reader.close()
  }
}

/** Extended headers and GNU long names, which speak of the entry that follows. */
class Extensions {
  readonly #reader: ByteReader
  readonly #encoding: TarEncoding
  readonly #limit: number
  readonly #global: PaxRecords = new Map()
  #records: PaxRecords = new Map()
  #name: string | undefined
  #link: string | undefined

  constructor(reader: ByteReader, encoding: TarEncoding, limit: number) {
    this.#reader = reader
    this.#encoding = encoding
    this.#limit = limit
  }

  /** True when the block was an extension and is dealt with. */
  async read(kind: string, block: Buffer): Promise<boolean> {
    if (!'xgLK'.includes(kind)) return false
    const size = tarNumber(block, 124, 12)
    if (size > this.#limit) throw new TarError(`an extended header of ${size} bytes exceeds ${this.#limit}`)
    const body = await this.#reader.read(size + tarPadding(size))
    if (!body) throw new TarError('the archive is cut short')
    const content = body.subarray(0, size)
    if (kind === 'x') parsePax(content, this.#records)
    else if (kind === 'g') parsePax(content, this.#global)
    else if (kind === 'L') this.#name = cString(content, this.#encoding)
    else this.#link = cString(content, this.#encoding)
    return true
  }

  apply(plain: TarHeader): TarHeader {
    const link = this.#link ?? plain.linkname
    const named = { ...plain, name: this.#name ?? plain.name, ...(link === undefined ? {} : { linkname: link }) }
    const header = applyPax(named, new Map([...this.#global, ...this.#records]), this.#encoding)
    this.#records = new Map()
    this.#name = undefined
    this.#link = undefined
    return header.type === 'file' ? header : { ...header, size: 0 }
  }
}

class Body implements AsyncIterable<Uint8Array> {
  readonly #reader: ByteReader
  readonly #padding: number
  #left: number

  constructor(reader: ByteReader, size: number) {
    this.#reader = reader
    this.#padding = tarPadding(size)
    this.#left = size
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    while (this.#left > 0) {
      const part = await this.#reader.some(this.#left)
      if (!part) throw new TarError('the archive is cut short')
      this.#left -= part.length
      yield part
    }
  }

  async finish(): Promise<void> {
    await this.#reader.skip(this.#left + this.#padding)
    this.#left = 0
  }
}

const checkedKind = (block: Buffer): string => {
  const stored = tarNumber(block, 148, 8)
  if (stored !== tarChecksum(block)) throw new TarError('a header has a wrong checksum: this is no tar archive')
  return String.fromCharCode(block[156] ?? 0)
}

const decodeHeader = (block: Buffer, kind: string, encoding: TarEncoding): TarHeader => {
  const name = entryName(block, encoding)
  const type = TYPES[kind]
  if (!type) throw new TarError(`"${name}" has the entry type "${kind}", which is not supported`)
  // Archives of the oldest kind mark a folder by its trailing slash alone.
  const size = type === 'file' ? tarNumber(block, 124, 12) : 0
  const isOldFolder = type === 'file' && name.endsWith('/') && size === 0
  const linkname = cString(block.subarray(157, 257), encoding)
  const isDevice = type === 'char' || type === 'block'
  return {
    name,
    type: isOldFolder ? 'directory' : type,
    mode: tarNumber(block, 100, 8) & 0o7777,
    uid: tarNumber(block, 108, 8),
    gid: tarNumber(block, 116, 8),
    size,
    mtime: tarNumber(block, 136, 12, true),
    ...(linkname === '' ? {} : { linkname }),
    ...(isDevice ? { devMajor: tarNumber(block, 329, 8), devMinor: tarNumber(block, 337, 8) } : {}),
  }
}

const entryName = (block: Buffer, encoding: TarEncoding): string => {
  const name = cString(block.subarray(0, 100), encoding)
  // "ustar\0": POSIX, with a prefix; "ustar  \0": GNU, where these bytes mean something else.
  const isPosix = block.toString('latin1', 257, 263) === 'ustar\0'
  const prefix = isPosix ? cString(block.subarray(345, 500), encoding) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

const cString = (bytes: Buffer, encoding: TarEncoding): string => {
  const end = bytes.indexOf(0)
  return bytes.toString(encoding, 0, end < 0 ? bytes.length : end)
}

/** An octal field, or GNU's base-256 for what does not fit. @throws TarError for what is no number or negative */
const tarNumber = (block: Buffer, offset: number, length: number, signed = false): number => {
  const first = block[offset] ?? 0
  if (first & 0x80) {
    let value = 0n
    for (let i = 0; i < length; i++) value = (value << 8n) | BigInt(block[offset + i] ?? 0)
    value = BigInt.asIntN(length * 8 - 1, value)
    const result = Number(value)
    if ((value < 0n && !signed) || !Number.isSafeInteger(result)) throw new TarError('a number is out of range')
    return result
  }
  const text = block
    .toString('latin1', offset, offset + length)
    .replace(/[\0 ]+$/, '')
    .trimStart()
  if (!/^[0-7]*$/.test(text)) throw new TarError(`"${text}" is no octal number`)
  return text === '' ? 0 : Number.parseInt(text, 8)
}
