import type { TarHeader } from '../../../src/lib/tar/tar-header.ts'
import { type TarSource, writeTar } from '../../../src/lib/tar/write-tar.ts'

const plain = { mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 1_000_000 }

type Extra = Partial<TarHeader>

/** A regular file with a text. */
export const file = (name: string, text = '', extra: Extra = {}): TarSource => {
  const body = Buffer.from(text)
  return { header: { ...plain, name, type: 'file', size: body.length, ...extra }, body: [body] }
}

export const folder = (name: string, extra: Extra = {}): TarSource => ({
  header: { ...plain, name, type: 'directory', mode: 0o755, ...extra },
})

export const symlink = (name: string, linkname: string): TarSource => ({
  header: { ...plain, name, type: 'symlink', mode: 0o777, linkname },
})

export const hardlink = (name: string, linkname: string): TarSource => ({
  header: { ...plain, name, type: 'link', linkname },
})

export const device = (name: string, devMajor: number, devMinor: number): TarSource => ({
  header: { ...plain, name, type: 'char', devMajor, devMinor },
})

/** The whole archive in memory. */
export const archiveOf = (entries: readonly TarSource[]): Promise<Buffer> => collect(writeTar(entries))

export const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}

/** Chunks of an odd size, so that no reader can count on where they end. */
export async function* chopped(bytes: Uint8Array, size = 700): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
