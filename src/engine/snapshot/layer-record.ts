import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Digest, digest } from '../../spec/digest.ts'

/** What layer.json keeps. */
export interface LayerRecord {
  readonly diffId: Digest
  readonly parent?: Digest
  /** Bytes of its files. */
  readonly size: number
  /** Name in the folder of short names. */
  readonly link: string
  /** The clamp its archive was hashed with. */
  readonly timestamp?: number
}

const RECORD = 'layer.json'

/** Writes it into the layer's folder, which nobody else knows yet. */
export const writeLayerRecord = async (folder: string, record: LayerRecord): Promise<void> => {
  const path = join(folder, RECORD)
  await rm(path, { force: true })
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(record)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Undefined when there is none, or no whole one. */
export const readLayerRecord = async (folder: string): Promise<LayerRecord | undefined> => {
  try {
    const { diffId, parent, size, link, timestamp } = JSON.parse(await readFile(join(folder, RECORD), 'utf8'))
    return {
      diffId: digest(diffId),
      size: Number(size),
      link: String(link),
      ...(parent === undefined ? {} : { parent: digest(parent) }),
      ...(timestamp === undefined ? {} : { timestamp: Number(timestamp) }),
    }
  } catch {
    return undefined
  }
}
