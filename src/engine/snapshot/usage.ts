import type { Host } from '../host/host.ts'

/** Bytes of the files in a tree, hard links counted once; `find` follows nothing, also while the tree changes. */
export const folderUsage = async (host: Host, folder: string): Promise<number> => {
  const args = [folder, '-xdev', '!', '-type', 'd', '-printf', '%i %s\\n']
  // Files of a running container may vanish while they are counted.
  const { stdout } = await host.run('find', args, { allowFailure: true })
  const sizes = new Map<string, number>()
  for (const line of stdout.split('\n')) {
    const [inode = '', size] = line.split(' ')
    if (size !== undefined) sizes.set(inode, Number(size))
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0)
}
