/** What an entry is; contiguous files read as `file`. */
export type TarType = 'file' | 'link' | 'symlink' | 'char' | 'block' | 'directory' | 'fifo'

/** One entry's metadata, PAX and GNU extensions already applied. */
export interface TarHeader {
  readonly name: string
  readonly type: TarType
  /** Permission bits, 07777. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Bytes of the body that follows; 0 for all but files. */
  readonly size: number
  /** Whole seconds since 1970 and the nanoseconds beyond. */
  readonly mtime: number
  readonly mtimeNanos?: number
  /** Target of a link or symlink. */
  readonly linkname?: string
  readonly devMajor?: number
  readonly devMinor?: number
  /** Extended attributes by their full name. */
  readonly xattrs?: ReadonlyMap<string, Uint8Array>
}

/** How names are turned into strings: `latin1` keeps the bytes of names that are no UTF-8. */
export type TarEncoding = 'utf8' | 'latin1'

/** The archive is not one, is cut short, or exceeds a limit. */
export class TarError extends Error {
  override readonly name = 'TarError'
}

export const TAR_BLOCK = 512
/** Two empty blocks end an archive. */
export const TAR_END: Uint8Array = new Uint8Array(2 * TAR_BLOCK)

/** Bytes that fill a body of `size` up to the next block. */
export const tarPadding = (size: number): number => (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK

/** The checksum field's value: the sum of the block's bytes with the field itself read as blanks. */
export const tarChecksum = (block: Uint8Array): number => {
  let sum = 8 * 0x20
  for (let i = 0; i < TAR_BLOCK; i++) if (i < 148 || i > 155) sum += block[i] ?? 0
  return sum
}
