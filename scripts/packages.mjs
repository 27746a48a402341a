import { accessSync, closeSync, constants, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What the engine calls on the host, and the Debian package that brings it. `programs` are alternatives;
 * `also` says more about the program that was found; `tests` marks what only `npm test` needs.
 */
const NEEDED = [
  { programs: ['crun', 'runc'], package: 'crun' },
  { programs: ['ip'], package: 'iproute2' },
  { programs: ['nft'], package: 'nftables' },
  { programs: ['unshare', 'nsenter', 'flock', 'setpriv'], package: 'util-linux', every: true },
  { programs: ['mount'], package: 'mount' },
  { programs: ['perl'], package: 'perl-base' },
  { programs: ['tar'], package: 'tar' },
  { programs: ['zstd'], package: 'zstd' },
  { programs: ['tini'], package: 'tini' },
  { programs: ['busybox'], package: 'busybox-static', also: isStatic },
  { programs: ['mmdebstrap'], package: 'mmdebstrap' },
  { programs: ['gpg'], package: 'gpg' },
  { programs: ['docker-registry'], package: 'docker-registry', tests: true },
]

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** The command that installs a list of packages, and what a package is called there. */
const DISTRIBUTIONS = [
  { manager: 'dnf', install: 'dnf install', names: { iproute2: 'iproute', 'perl-base': 'perl-interpreter' } },
  { manager: 'zypper', install: 'zypper install', names: { 'perl-base': 'perl', gpg: 'gpg2' } },
  { manager: 'apk', install: 'apk add', names: { 'perl-base': 'perl', gpg: 'gnupg' } },
  { manager: 'pacman', install: 'pacman -S', names: { 'perl-base': 'perl', gpg: 'gnupg', mount: 'util-linux' } },
]
const EVERYWHERE = { 'busybox-static': 'busybox', 'docker-registry': 'distribution', mount: 'util-linux' }

/**
 * Debian names of the packages that are missing here, none when all is there. Reads the file system only.
 * @param {{ withTests: boolean }} options
 * @returns {string[]}
 */
export function missingPackages({ withTests }) {
  const missing = NEEDED.filter((need) => (withTests || !need.tests) && !isThere(need)).map((need) => need.package)
  if (findProgram('apt-get') && !isReadable(KEYRING)) missing.push('debian-archive-keyring')
  return missing
}

/**
 * The line a user types on a distribution without apt-get to get `packages`.
 * @param {string[]} packages Debian names
 * @returns {string}
 */
export function otherDistributionsCommand(packages) {
  const found = DISTRIBUTIONS.find(({ manager }) => findProgram(manager))
  if (!found) return `with your package manager: ${packages.join(' ')} (Debian's names)`
  const names = packages.map((name) => found.names[name] ?? EVERYWHERE[name] ?? name)
  return `${found.install} ${[...new Set(names)].join(' ')}`
}

/**
 * @param {string} name
 * @returns {string | undefined} absolute path of a program; the folders of system programs are searched too
 */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/bin', '/sbin', '/bin']
  return folders.map((folder) => join(folder || '.', name)).find(isExecutable)
}

function isThere({ programs, every, also }) {
  const found = programs.map(findProgram)
  if (every) return found.every(Boolean)
  const path = found.find(Boolean)
  return path !== undefined && (also === undefined || also(path))
}

/** A dynamic busybox would not run in an image of its own. The interpreter's name stands in the first page of the file. */
function isStatic(path) {
  const head = Buffer.alloc(4096)
  const file = openSync(path, 'r')
  readSync(file, head)
  closeSync(file)
  return !/ld-(linux|musl)/.test(head.toString('latin1'))
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function isReadable(path) {
  try {
    return readFileSync(path).length > 0
  } catch {
    return false
  }
}
