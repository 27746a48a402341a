import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findProgram, missingPackages, otherDistributionsCommand } from './packages.mjs'

/** Folder of the clone. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** A reason to stop that is the user's to solve: printed without a stack. */
export class SetupError extends Error {}

/**
 * Brings the clone to a state in which `tsc-compose` runs: system packages, npm packages, a build. Says each thing
 * before doing it, and does only what is missing; with nothing to do it reads a few files and starts no process.
 * @param {{ log: (line: string) => void, withTests?: boolean }} options `withTests` adds what only the tests need
 * @throws {SetupError} when something must be done by hand first
 */
export function setup({ log, withTests = false }) {
  if (process.platform !== 'linux')
    throw new SetupError(`the engine runs on Linux only, and this is ${process.platform}`)
  if (!canBeRoot()) throw new SetupError('root is needed, and there is no sudo: run this as root')
  installSystemPackages(log, withTests)
  installNpmPackages(log)
  buildDist(log)
}

/** `command` with sudo before it unless this is root already. `names` of environment variables are kept. */
export function asRoot(command, names = []) {
  if (process.getuid() === 0) return command
  const kept = names.filter((name) => process.env[name] !== undefined)
  return ['sudo', ...(kept.length > 0 ? [`--preserve-env=${kept.join(',')}`] : []), ...command]
}

/**
 * Runs a command with this terminal.
 * @throws {SetupError} unless it exits with 0
 */
export function run([program, ...args], options = {}) {
  const result = spawnSync(program, args, { cwd: ROOT, stdio: 'inherit', ...options })
  if (result.error) throw new SetupError(`cannot run ${program}: ${result.error.message}`)
  if (result.status === 0) return
  const how = result.signal ? `was ended by ${result.signal}` : `failed with status ${result.status}`
  throw new SetupError(`"${[program, ...args].join(' ')}" ${how}`)
}

/** {@link run} for our own programs, which say themselves what went wrong: their exit status becomes this program's. */
export function runOwn([program, ...args]) {
  const { status } = spawnSync(program, args, { cwd: ROOT, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

/** Runs `main`; a SetupError becomes one line on stderr and exit status 1. */
export async function runMain(main) {
  try {
    await main()
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    process.stderr.write(`error: ${error.message}\n`)
    process.exitCode = 1
  }
}

function canBeRoot() {
  return process.getuid() === 0 || findProgram('sudo') !== undefined
}

function installSystemPackages(log, withTests) {
  const missing = missingPackages({ withTests })
  if (missing.length === 0) return
  if (!findProgram('apt-get')) {
    throw new SetupError(
      `system packages are missing; install them and run this again:\n  ${otherDistributionsCommand(missing)}`,
    )
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', DEBCONF_NOWARNINGS: 'yes' }
  const install = ['apt-get', 'install', '--yes', '-qq', '--no-install-recommends', ...missing]
  log(`Installing system packages: ${missing.join(' ')}`)
  for (const command of [['apt-get', 'update', '-qq'], install]) {
    const line = asRoot(command, ['DEBIAN_FRONTEND', 'DEBCONF_NOWARNINGS'])
    log(`  ${line.join(' ')}`)
    run(line, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  }
}

function installNpmPackages(log) {
  const marker = join(ROOT, 'node_modules/.package-lock.json')
  if (modified(marker) >= modified(join(ROOT, 'package-lock.json'))) return
  log('Installing npm packages into node_modules\n  npm ci --ignore-scripts')
  run(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
}

function buildDist(log) {
  const sources = ['src', 'schemas', 'scripts/build.mjs', 'package-lock.json'].map((path) => newest(join(ROOT, path)))
  if (modified(join(ROOT, 'dist/tsc-compose.cjs')) >= Math.max(...sources)) return
  log('Building dist from src\n  npm run build')
  run(['npm', 'run', '--silent', 'build'])
}

/** Latest change below a path in milliseconds, 0 when there is nothing. */
function newest(path) {
  let latest = 0
  try {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const child = join(path, entry.name)
      latest = Math.max(latest, entry.isDirectory() ? newest(child) : modified(child))
    }
    return latest
  } catch {
    return modified(path)
  }
}

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
