import { type TarEncoding, TarError, type TarHeader } from './tar-header.ts'

/** Keyword → value of a PAX extended header; values are bytes because those of xattrs are. */
export type PaxRecords = Map<string, Buffer>

export const XATTR_PREFIX = 'SCHILY.xattr.'
const LIBARCHIVE_XATTR = 'LIBARCHIVE.xattr.'

/** Reads `LENGTH KEYWORD=VALUE\n` records into `into`; an empty value takes an earlier record away. */
export const parsePax = (body: Buffer, into: PaxRecords): void => {
  let at = 0
  while (at < body.length) {
    const space = body.indexOf(0x20, at)
    const length = space < 0 ? Number.NaN : Number(body.toString('latin1', at, space))
    const end = at + length
    const equals = body.indexOf(0x3d, space)
    if (!Number.isInteger(length) || end > body.length || equals < 0 || equals >= end || body[end - 1] !== 0x0a) {
      throw new TarError('a PAX header cannot be read')
    }
    const key = body.toString('utf8', space + 1, equals)
    const value = body.subarray(equals + 1, end - 1)
    if (value.length === 0 && !key.startsWith(XATTR_PREFIX)) into.delete(key)
    else into.set(key, value)
    at = end
  }
}

/** One record; its length counts its own digits. */
const paxRecord = (key: string, value: Uint8Array): Buffer => {
  const rest = Buffer.byteLength(key) + value.length + 3
  let length = rest + String(rest).length
  if (String(length).length !== String(rest).length) length = rest + String(length).length
  return Buffer.concat([Buffer.from(`${length} ${key}=`), value, Buffer.from('\n')])
}

/** The body of an extended header, records in the order of their keywords. */
export const printPax = (records: PaxRecords): Buffer =>
  Buffer.concat([...records].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => paxRecord(key, value)))

/** The header with the records of its extended headers applied (pax(1), "pax Extended Header"). */
export const applyPax = (header: TarHeader, records: PaxRecords, encoding: TarEncoding): TarHeader => {
  if (records.size === 0) return header
  for (const key of records.keys()) {
    if (key.startsWith('GNU.sparse.')) throw new TarError(`"${header.name}" is a sparse entry, which is not supported`)
  }
  const text = (key: string): string | undefined => records.get(key)?.toString(encoding)
  const whole = (key: string, fallback: number): number => {
    const value = text(key)
    if (value === undefined) return fallback
    if (!/^\d{1,16}$/.test(value)) throw new TarError(`the PAX record "${key}" is no number`)
    return Number(value)
  }
  const linkname = text('linkpath') ?? header.linkname
  const xattrs = paxXattrs(records)
  return {
    ...header,
    name: text('path') ?? header.name,
    uid: whole('uid', header.uid),
    gid: whole('gid', header.gid),
    size: whole('size', header.size),
    ...paxTime(text('mtime')),
    ...(linkname === undefined ? {} : { linkname }),
    ...(xattrs.size === 0 ? {} : { xattrs }),
  }
}

const paxXattrs = (records: PaxRecords): Map<string, Uint8Array> => {
  const xattrs = new Map<string, Uint8Array>()
  for (const [key, value] of records) {
    if (key.startsWith(XATTR_PREFIX)) xattrs.set(key.slice(XATTR_PREFIX.length), value)
    else if (key.startsWith(LIBARCHIVE_XATTR)) {
      const name = decodeURIComponent(key.slice(LIBARCHIVE_XATTR.length))
      if (!xattrs.has(name)) xattrs.set(name, Buffer.from(value.toString('latin1'), 'base64'))
    }
  }
  return xattrs
}

const paxTime = (value: string | undefined): { mtime?: number; mtimeNanos?: number } => {
  if (value === undefined) return {}
  const match = /^(-?\d{1,15})(?:\.(\d*))?$/.exec(value)
  if (!match) throw new TarError('the PAX record "mtime" is no time')
  const nanos = Number((match[2] ?? '').slice(0, 9).padEnd(9, '0'))
  const seconds = Number(match[1])
  // A negative time with a fraction counts down from its whole second.
  if (value.startsWith('-') && nanos > 0) return { mtime: seconds - 1, mtimeNanos: 1_000_000_000 - nanos }
  return nanos === 0 ? { mtime: seconds } : { mtime: seconds, mtimeNanos: nanos }
}
