import type { TarSource } from '../../../src/lib/tar/write-tar.ts'
import { device, file, folder, hardlink, symlink } from './tar-entry.ts'

/** A layer that somebody made to get out of its folder, or to confuse whoever unpacks it. */
export interface HostileLayer {
  readonly title: string
  readonly entries: readonly TarSource[]
  /** Part of the message it is refused with; absent when it is unpacked, harmlessly. */
  readonly refused?: string
  /** Files that must be there when it is unpacked: path below the layer and text. */
  readonly holds?: Readonly<Record<string, string>>
}

const long = (length: number): string => 'n'.repeat(length)

/** `outside` is an absolute path that no layer may reach. */
export const hostileLayers = (outside: string): readonly HostileLayer[] => [
  { title: 'a name that climbs out', entries: [file('../evil', 'x')], refused: '".."' },
  { title: 'a name that climbs out further down', entries: [file('a/../../evil', 'x')], refused: '".."' },
  { title: 'a name that only seems to climb', entries: [file('a/../b', 'x')], refused: '".."' },
  { title: 'a folder that is ".."', entries: [folder('..')], refused: '".."' },
  { title: 'an absolute name', entries: [file(`${outside}/evil`, 'x')], holds: { [`${outside}/evil`.slice(1)]: 'x' } },
  {
    title: 'a file through an absolute symlink',
    entries: [symlink('out', outside), file('out/evil', 'x')],
    holds: { [`${outside}/evil`.slice(1)]: 'x' },
  },
  {
    title: 'a file through a relative symlink that climbs',
    entries: [symlink('a/out', `../../../../../../../..${outside}`), file('a/out/evil', 'x')],
    holds: { [`${outside}/evil`.slice(1)]: 'x' },
  },
  {
    title: 'a file through two symlinks',
    entries: [symlink('one', outside), symlink('two', 'one'), file('two/evil', 'x')],
    holds: { [`${outside}/evil`.slice(1)]: 'x' },
  },
  {
    title: 'a file through a symlink below a symlink',
    entries: [symlink('d', '.'), symlink('d/out', outside), file('d/out/evil', 'x')],
    holds: { [`${outside}/evil`.slice(1)]: 'x' },
  },
  {
    title: 'symlinks in a circle',
    entries: [symlink('a', 'b'), symlink('b', 'a'), file('a/x', 'x')],
    refused: 'symlinks',
  },
  {
    title: 'a file in the place of a symlink',
    entries: [symlink('out', `${outside}/evil`), file('out', 'mine')],
    holds: { out: 'mine' },
  },
  {
    title: 'a folder in the place of a symlink',
    entries: [symlink('out', outside), folder('out', { mode: 0o777 }), file('out/evil', 'x')],
    holds: { 'out/evil': 'x' },
  },
  {
    title: 'a mode for a folder that a symlink stands for',
    entries: [symlink('out', outside), folder('out/', { mode: 0o777, uid: 1234 })],
  },
  {
    title: 'a hard link to an absolute path',
    entries: [hardlink('h', `${outside}/secret`)],
    refused: 'no file of this layer',
  },
  { title: 'a hard link that climbs', entries: [hardlink('h', '../../secret')], refused: '".."' },
  {
    title: 'a hard link through a symlink',
    entries: [symlink('out', outside), hardlink('h', 'out/secret')],
    refused: 'no file of this layer',
  },
  {
    title: 'a hard link to a symlink, then written through',
    entries: [symlink('s', `${outside}/evil`), hardlink('h', 's'), file('h', 'mine')],
    holds: { h: 'mine' },
  },
  { title: 'a hard link to itself', entries: [file('h', 'x'), hardlink('h', 'h')], refused: 'itself' },
  { title: 'a hard link to a folder', entries: [folder('d'), hardlink('h', 'd')], refused: 'no file of this layer' },
  { title: 'a hard link to nothing', entries: [hardlink('h', 'nothing')], refused: 'no file of this layer' },
  { title: 'a root that is a symlink', entries: [symlink('.', outside)], refused: 'root is no folder' },
  { title: 'a root that is a file', entries: [file('./', 'x', { type: 'file' })], refused: 'root is no folder' },
  { title: 'a whiteout of nothing', entries: [file('.wh.')], refused: 'whiteout of nothing' },
  { title: 'a whiteout of the folder itself', entries: [file('a/.wh..')], refused: 'whiteout of nothing' },
  { title: 'a whiteout of the folder above', entries: [file('a/.wh...')], refused: 'whiteout of nothing' },
  { title: 'a whiteout through a symlink', entries: [symlink('out', outside), file('out/.wh.secret')] },
  { title: 'a folder named like a whiteout', entries: [file('.wh.a/b', 'x')], refused: 'named like a whiteout' },
  { title: 'everything below hidden', entries: [file('.wh..wh..opq')], refused: 'hides everything' },
  { title: 'a device that overlayfs takes for a whiteout', entries: [device('w', 0, 0)], refused: 'device 0:0' },
  {
    title: 'attributes of overlayfs',
    entries: [
      folder('d', { xattrs: new Map([['trusted.overlay.redirect', Buffer.from('/etc')]]) }),
      file('f', 'x', { xattrs: new Map([['trusted.overlay.metacopy', Buffer.from('')]]) }),
    ],
    holds: { f: 'x' },
  },
  { title: 'a file used as a folder', entries: [file('f', 'x'), file('f/g', 'x')], refused: 'is none' },
  {
    title: 'a file in the place of a folder',
    entries: [folder('d'), file('d/f', 'x'), file('d', 'x')],
    refused: 'replaces a folder',
  },
  { title: 'a name that is too long', entries: [file(long(300), 'x')], refused: 'too long' },
  { title: 'a path that is too long', entries: [file(`${long(200)}/`.repeat(30) + 'f', 'x')], refused: 'too long' },
  { title: 'a symlink to nowhere', entries: [symlink('s', '')], refused: 'unusable target' },
  { title: 'an owner out of range', entries: [file('f', 'x', { uid: 2 ** 32 })], refused: 'out of range' },
  {
    title: 'the same file twice',
    entries: [file('f', 'first'), file('f', 'second')],
    holds: { f: 'second' },
  },
]
