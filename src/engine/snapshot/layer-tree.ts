import { TarError, type TarHeader } from '../../lib/tar/tar-header.ts'

type Kind = 'directory' | 'symlink' | 'whiteout' | 'other'

const MAX_PATH = 4095
const MAX_NAME = 255
/** As many symlinks as the kernel follows in one path. */
const MAX_LINKS = 40

/**
 * The parts of an entry's name below the layer's root; empty for the root itself.
 * @throws TarError for names that no layer may have
 */
export const entryParts = (name: string): string[] => {
  if (name.includes('\0')) throw new TarError(`${show(name)} has a NUL in its name`)
  if (name.length > MAX_PATH) throw new TarError(`the name ${show(`${name.slice(0, 60)}…`)} is too long`)
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  for (const part of parts) {
    if (part === '..') throw new TarError(`${show(name)} has ".." in its name`)
    if (part.length > MAX_NAME) throw new TarError(`the name ${show(`${part.slice(0, 60)}…`)} is too long`)
  }
  return parts
}

/** A name for messages: bytes as UTF-8, control characters escaped. */
export const show = (name: string): string => JSON.stringify(Buffer.from(name, 'latin1').toString('utf8'))

/** What a layer has laid down so far, to place entries whose parents are symlinks of the same layer. */
export class LayerTree {
  readonly #kinds = new Map<string, Kind>()
  readonly #links = new Map<string, string>()
  readonly #directories = new Map<string, TarHeader>()
  readonly #opaque = new Set<string>()

  kind(path: string): Kind | undefined {
    return path === '' ? 'directory' : this.#kinds.get(path)
  }

  /**
   * Where an entry really goes: its parent resolved as a process with the layer as its root would,
   * `..` in a link stopping at the root. @throws TarError when a parent is no folder, or links go in circles
   */
  place(parts: readonly string[]): string {
    return [...this.#resolve(parts.slice(0, -1)), parts.at(-1) ?? ''].join('/')
  }

  #resolve(parents: readonly string[]): string[] {
    const pending = parents.toReversed()
    const resolved: string[] = []
    let followed = 0
    for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
      if (part === '..') {
        resolved.pop()
        continue
      }
      const path = [...resolved, part].join('/')
      const target = this.#links.get(path)
      if (target === undefined) {
        const kind = this.#kinds.get(path)
        if (kind === 'other') throw new TarError(`${show(path)} is used as a folder and is none`)
        resolved.push(part)
        continue
      }
      followed += 1
      if (followed > MAX_LINKS) throw new TarError(`${show(path)} leads through too many symlinks`)
      if (target.startsWith('/')) resolved.length = 0
      pending.push(
        ...target
          .split('/')
          .filter((piece) => piece !== '' && piece !== '.')
          .reverse(),
      )
    }
    return resolved
  }

  /** The parents of a placed path that nothing has made yet, topmost first. */
  missingParents(path: string): string[] {
    const missing: string[] = []
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const parent = path.slice(0, slash)
      if (this.#kinds.get(parent) === 'directory') break
      missing.unshift(parent)
    }
    return missing
  }

  /** Notes an entry at its placed path. */
  add(path: string, header: TarHeader): void {
    this.#links.delete(path)
    if (header.type === 'directory') {
      this.#kinds.set(path, 'directory')
      this.#directories.set(path, header)
      return
    }
    this.#kinds.set(path, header.type === 'symlink' ? 'symlink' : 'other')
    if (header.type === 'symlink') this.#links.set(path, header.linkname ?? '')
  }

  addWhiteout(path: string): void {
    this.#kinds.set(path, 'whiteout')
  }

  setOpaque(path: string): void {
    this.#opaque.add(path)
  }

  isOpaque(path: string): boolean {
    return this.#opaque.has(path)
  }

  /** The header that made a folder. */
  directory(path: string): TarHeader | undefined {
    return this.#directories.get(path)
  }
}
