import { type PaxRecords, XATTR_PREFIX, printPax } from './pax.ts'
import {
  TAR_BLOCK,
  TAR_END,
  type TarEncoding,
  type TarHeader,
  type TarType,
  tarChecksum,
  tarPadding,
} from './tar-header.ts'

const FLAGS: Readonly<Record<TarType, string>> = {
  file: '0',
  link: '1',
  symlink: '2',
  char: '3',
  block: '4',
  directory: '5',
  fifo: '6',
}

/** An entry to be written; a body that yields other than `header.size` bytes makes a broken archive. */
export interface TarSource {
  readonly header: TarHeader
  readonly body?: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

/** A POSIX tar stream in chunks of about 64 KiB, with PAX headers only where ustar has no room. */
export async function* writeTar(
  entries: AsyncIterable<TarSource> | Iterable<TarSource>,
  encoding: TarEncoding = 'utf8',
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* joined(tarParts(entries, encoding))
}

async function* tarParts(
  entries: AsyncIterable<TarSource> | Iterable<TarSource>,
  encoding: TarEncoding,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const { header, body } of entries) {
    yield encodeHeader(header, encoding)
    if (body) yield* body
    if (header.size > 0) yield TAR_END.subarray(0, tarPadding(header.size))
  }
  yield TAR_END
}

const CHUNK = 1 << 16

/** Joins small parts, so that a thousand empty files are not a thousand writes. */
async function* joined(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let waiting: Uint8Array[] = []
  let size = 0
  for await (const part of parts) {
    if (size + part.length > CHUNK && size > 0) {
      yield Buffer.concat(waiting, size)
      waiting = []
      size = 0
    }
    if (part.length >= CHUNK) yield part
    else if (part.length > 0) {
      waiting.push(part)
      size += part.length
    }
  }
  if (size > 0) yield Buffer.concat(waiting, size)
}

/** The header block of an entry, with the extended header that it needs in front. */
export const encodeHeader = (header: TarHeader, encoding: TarEncoding = 'utf8'): Buffer => {
  const records: PaxRecords = new Map()
  const bytes = (text: string): Buffer => Buffer.from(text, encoding)
  const name = fitName(bytes(header.name), records)
  const link = bytes(header.linkname ?? '')
  if (link.length > 100) records.set('linkpath', link)
  const fit = (key: string, value: number, digits: number): number => {
    if (value >= 0 && value < 8 ** digits) return value
    records.set(key, Buffer.from(String(value)))
    return 0
  }
  const uid = fit('uid', header.uid, 7)
  const gid = fit('gid', header.gid, 7)
  const size = fit('size', header.size, 11)
  const mtime = fit('mtime', header.mtime, 11)
  if (header.mtimeNanos) records.set('mtime', Buffer.from(printTime(header.mtime, header.mtimeNanos)))
  for (const [key, value] of header.xattrs ?? []) records.set(XATTR_PREFIX + key, Buffer.from(value))
  const block = encodeBlock({ ...header, uid, gid, size, mtime }, name, link)
  if (records.size === 0) return block
  const body = printPax(records)
  const extension = encodeBlock(
    { name: '', type: 'file', mode: 0o644, uid: 0, gid: 0, size: body.length, mtime: 0 },
    { name: Buffer.from('PaxHeaders/entry'), prefix: Buffer.alloc(0) },
    Buffer.alloc(0),
    'x',
  )
  return Buffer.concat([extension, body, TAR_END.subarray(0, tarPadding(body.length)), block])
}

interface NameFields {
  readonly name: Buffer
  readonly prefix: Buffer
}

/** Cuts a name at a slash into ustar's 155 + 100 bytes, or puts it into a PAX record. */
const fitName = (full: Buffer, records: PaxRecords): NameFields => {
  const none = Buffer.alloc(0)
  if (full.length <= 100) return { name: full, prefix: none }
  const cut = full.indexOf(0x2f, full.length - 101)
  if (cut > 0 && cut <= 155 && cut < full.length - 1) {
    return { name: full.subarray(cut + 1), prefix: full.subarray(0, cut) }
  }
  records.set('path', full)
  return { name: full.subarray(0, 100), prefix: none }
}

const encodeBlock = (header: TarHeader, fields: NameFields, link: Buffer, flag = FLAGS[header.type]): Buffer => {
  const block = Buffer.alloc(TAR_BLOCK)
  fields.name.copy(block, 0, 0, 100)
  octal(block, 100, 8, header.mode)
  octal(block, 108, 8, header.uid)
  octal(block, 116, 8, header.gid)
  octal(block, 124, 12, header.size)
  octal(block, 136, 12, header.mtime)
  block.write(flag, 156, 'latin1')
  link.copy(block, 157, 0, 100)
  block.write('ustar\u000000', 257, 'latin1')
  octal(block, 329, 8, header.devMajor ?? 0)
  octal(block, 337, 8, header.devMinor ?? 0)
  fields.prefix.copy(block, 345, 0, 155)
  block.write(`${tarChecksum(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

const octal = (block: Buffer, offset: number, length: number, value: number): void => {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset, 'latin1')
}

/** Decimal seconds; a time before 1970 counts its fraction away from zero, as pax(1) wants. */
const printTime = (seconds: number, nanos: number): string => {
  const isBefore = seconds < 0
  const whole = isBefore ? seconds + 1 : seconds
  const fraction = String(isBefore ? 1_000_000_000 - nanos : nanos)
    .padStart(9, '0')
    .replace(/0+$/, '')
  return `${isBefore && whole === 0 ? '-0' : whole}.${fraction}`
}
