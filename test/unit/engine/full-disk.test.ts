import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { namingFullDisk } from '../../../src/engine/full-disk.ts'
import { AppError } from '../../../src/errors/app-error.ts'

const paths = { root: tmpdir(), state: tmpdir(), tag: '000000' }
const named = {
  code: 'E_STORE_FULL',
  message: `Cannot write below "${paths.root}": no space left on the device`,
  hint: expect.stringContaining('--root'),
}

const systemError = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall })

const failingWith = (error: Error) =>
  namingFullDisk(
    {
      async call(): Promise<void> {
        throw error
      },
      async *stream(): AsyncGenerator<number> {
        yield 1
        throw error
      },
    },
    paths,
  )

describe('namingFullDisk', () => {
  it("names the data root in a call's failure", async () => {
    await expect(failingWith(systemError('ENOSPC', 'write')).call()).rejects.toMatchObject(named)
  })

  it('looks at what caused the failure', async () => {
    const error = new AppError('E_IMAGE_LAYER', 'Cannot unpack', { cause: systemError('EDQUOT', 'write') })
    await expect(failingWith(error).call()).rejects.toMatchObject(named)
  })

  it('names it in the failure of a stream, after what came before', async () => {
    const items = failingWith(new AppError('E_STORE_FULL', 'Cannot run "tar"')).stream()
    expect(await items.next()).toEqual({ done: false, value: 1 })
    await expect(items.next()).rejects.toMatchObject(named)
  })

  it('leaves other failures as they are, a full table of watches too', async () => {
    for (const error of [systemError('EIO', 'write'), systemError('ENOSPC', 'watch')]) {
      await expect(failingWith(error).call()).rejects.toBe(error)
    }
  })
})
