import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync, linkSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type TarEntry, readTar } from '../../../../src/lib/tar/read-tar.ts'
import { archiveOf, chopped, collect, file } from '../../../support/layers/tar-entry.ts'

const entriesOf = async (archive: Uint8Array, options = {}): Promise<(TarEntry['header'] & { text: string })[]> => {
  const found: (TarEntry['header'] & { text: string })[] = []
  for await (const { header, body } of readTar(chopped(archive), options)) {
    found.push({ ...header, text: (await collect(body)).toString() })
  }
  return found
}

const inFolder = <T>(work: (folder: string) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), 'read-tar-'))
  try {
    return work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const gnuTar = (folder: string, ...args: string[]): Buffer => execFileSync('tar', ['-c', '-C', folder, ...args, '.'])

describe('archives of GNU tar', () => {
  for (const format of ['v7', 'ustar', 'gnu', 'posix']) {
    it(`in the ${format} format are read`, async () => {
      const archive = inFolder((folder) => {
        mkdirSync(join(folder, 'd'))
        writeFileSync(join(folder, 'd/f'), 'text')
        symlinkSync('d/f', join(folder, 's'))
        linkSync(join(folder, 'd/f'), join(folder, 'h'))
        return gnuTar(folder, `--format=${format}`, '--sort=name')
      })
      expect((await entriesOf(archive)).map(({ name, type, linkname, text }) => [name, type, linkname, text])).toEqual([
        ['./', 'directory', undefined, ''],
        ['./d/', 'directory', undefined, ''],
        ['./d/f', 'file', undefined, 'text'],
        ['./h', 'link', './d/f', ''],
        ['./s', 'symlink', 'd/f', ''],
      ])
    })
  }

  for (const format of ['gnu', 'posix']) {
    it(`with long names in the ${format} format are read`, async () => {
      const name = `${'long'.repeat(40)}/${'name'.repeat(40)}`
      const archive = inFolder((folder) => {
        mkdirSync(join(folder, 'long'.repeat(40)))
        writeFileSync(join(folder, name), 'x')
        symlinkSync(name, join(folder, 's'))
        return gnuTar(folder, `--format=${format}`)
      })
      const entries = await entriesOf(archive)
      expect(entries.map((entry) => entry.name)).toContain(`./${name}`)
      expect(entries.find((entry) => entry.name === './s')?.linkname).toBe(name)
    })
  }

  it('keep the nanoseconds of PAX times', async () => {
    const archive = inFolder((folder) => {
      writeFileSync(join(folder, 'f'), '')
      execFileSync('touch', ['-d', '@1700000000.123456789', join(folder, 'f')])
      return gnuTar(folder, '--format=posix')
    })
    const found = (await entriesOf(archive)).find(({ name }) => name === './f')
    expect(found).toMatchObject({ mtime: 1_700_000_000, mtimeNanos: 123_456_789 })
  })
})

describe('what is no good archive', () => {
  it('is refused when a checksum is wrong', async () => {
    const archive = await archiveOf([file('f', 'x')])
    archive[0] = 0x7a
    await expect(entriesOf(archive)).rejects.toThrow('checksum')
  })

  it('is refused when it ends within a file', async () => {
    const archive = await archiveOf([file('f', 'x'.repeat(2000))])
    await expect(entriesOf(archive.subarray(0, 1500))).rejects.toThrow('cut short')
  })

  it('is refused when an extended header is larger than the limit', async () => {
    const archive = await archiveOf([file('n'.repeat(2000), 'x')])
    await expect(entriesOf(archive, { maxExtension: 1000 })).rejects.toThrow('exceeds 1000')
  })

  it('is refused when it holds sparse files', async () => {
    const archive = inFolder((folder) => {
      writeFileSync(join(folder, 'f'), '')
      truncateSync(join(folder, 'f'), 10_000_000)
      return gnuTar(folder, '--format=posix', '--sparse')
    })
    await expect(entriesOf(archive)).rejects.toThrow('sparse')
  })

  it('is refused when a number is negative', async () => {
    const archive = await archiveOf([file('f', 'x')])
    archive.fill(0xff, 124, 136)
    const sum = archive.subarray(0, 512).reduce((total, byte, i) => total + (i < 148 || i > 155 ? byte : 0x20), 0)
    archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
    await expect(entriesOf(archive)).rejects.toThrow('out of range')
  })
})

it('bodies that nobody reads are skipped', async () => {
  const names: string[] = []
  for await (const { header } of readTar(chopped(await archiveOf([file('a', 'x'.repeat(3000)), file('b', 'y')])))) {
    names.push(header.name)
  }
  expect(names).toEqual(['a', 'b'])
})

it('the source is read to its end, also behind the archive', async () => {
  const archive = Buffer.concat([await archiveOf([file('a', 'x')]), Buffer.alloc(5000)])
  let read = 0
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of chopped(archive)) {
      read += chunk.length
      yield chunk
    }
  }
  for await (const { body } of readTar(counted())) await collect(body)
  expect(read).toBe(archive.length)
})

it('names that are no UTF-8 keep their bytes in latin1', async () => {
  const archive = await archiveOf([file('f', 'x')])
  archive[0] = 0xe9
  const sum = archive.subarray(0, 512).reduce((total, byte, i) => total + (i < 148 || i > 155 ? byte : 0x20), 0)
  archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  expect((await entriesOf(archive, { encoding: 'latin1' }))[0]?.name).toBe('\u00e9')
})
