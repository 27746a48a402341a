import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { KeyedMutex } from '../../lib/mutex.ts'
import { storeError } from './store-full.ts'
import { replaceFile, syncFolder } from './replace-file.ts'

/** JSON records of one kind, a file each. */
export interface Records<T> {
  load(): Promise<T[]>
  /**
   * Replaces the record atomically. Durable (the default) means that it is on disk when the promise resolves;
   * otherwise it survives the death of this process, but perhaps not a power cut.
   */
  put(id: string, value: T, options?: { durable?: boolean }): Promise<void>
  /** A missing record is no error. */
  delete(id: string): Promise<void>
}

const SCHEMA = 1

/**
 * Records in `folder`. A file that cannot be read is set aside as `ID.json.broken` and named to `onBroken`:
 * one bad file must not keep an engine from starting.
 */
export const openRecords = async <T>(
  folder: string,
  onBroken: (file: string, reason: string) => void = () => undefined,
): Promise<Records<T>> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const fileOf = (id: string): string => join(folder, `${id}.json`)
  const mutex = new KeyedMutex()
  return {
    async load() {
      const names = await readdir(folder)
      const unfinished = names.filter((name) => name.endsWith('.tmp'))
      await Promise.all(unfinished.map((name) => rm(join(folder, name), { force: true })))
      const records = names.filter((name) => name.endsWith('.json'))
      const read = await Promise.all(records.map((name) => readRecord<T>(join(folder, name), onBroken)))
      return read.filter((value) => value !== undefined)
    },
    put: (id, value, { durable = true } = {}) =>
      mutex.run(id, async () => {
        const text = JSON.stringify({ schema: SCHEMA, value })
        if (durable) return replaceFile(fileOf(id), text)
        try {
          await writeFile(`${fileOf(id)}.tmp`, text, { mode: 0o600 })
          await rename(`${fileOf(id)}.tmp`, fileOf(id))
        } catch (error) {
          await rm(`${fileOf(id)}.tmp`, { force: true })
          throw storeError(error, folder)
        }
      }),
    delete: (id) =>
      mutex.run(id, async () => {
        await rm(fileOf(id), { force: true })
        await syncFolder(folder)
      }),
  }
}

const readRecord = async <T>(
  file: string,
  onBroken: (file: string, reason: string) => void,
): Promise<T | undefined> => {
  try {
    const { schema, value } = JSON.parse(await readFile(file, 'utf8')) as { schema?: number; value?: T }
    if (schema === SCHEMA && value !== undefined) return value
    onBroken(file, schema === SCHEMA ? 'it has no value' : `schema ${schema} is not ${SCHEMA}`)
  } catch (error) {
    onBroken(file, error instanceof Error ? error.message : String(error))
  }
  await rename(file, `${file}.broken`)
  return undefined
}
