import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { processTable } from './memory.mjs'

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url))

/**
 * A command line tool and the engine behind it.
 * @typedef {object} Target
 * @property {string} name
 * @property {string[]} compose
 * @property {Record<string, string | undefined>} env
 * @property {() => number[]} pids processes of the engine, container monitors included
 * @property {() => void} close
 */

/** tsc-compose with an engine of its own, a busybox image in it. @returns {Target} */
export function builtIn() {
  const folder = mkdtempSync(join(tmpdir(), 'tsc-bench-'))
  const root = join(folder, 'data')
  const state = join(folder, 'state')
  mkdirSync(root)
  const { DOCKER_HOST: _, ...rest } = process.env
  const env = {
    ...rest,
    TSC_ENGINE_ROOT: root,
    TSC_ENGINE_STATE: state,
    TSC_ENGINE_SOCKET: join(state, 'engine.sock'),
  }
  const tool = (name) => [process.execPath, join(REPOSITORY, `bin/${name}.js`)]
  const target = {
    name: 'tsc-compose',
    compose: tool('tsc-compose'),
    env,
    pids: () => enginePids(root, folder),
    close: () => {
      const own = target.pids()
      const engine = processTable().find((each) => own.includes(each.pid) && isEngine(each))
      if (engine) process.kill(engine.pid, 'SIGTERM')
      waitFor(() => target.pids().length === 0)
      rmSync(folder, { recursive: true, force: true })
    },
  }
  mustRun([...tool('tsc-engine'), 'image', 'bootstrap', 'busybox'], { env })
  return target
}

/** docker compose on the engine that DOCKER_HOST names, when there is one with a busybox image. @returns {Target | undefined} */
export function docker() {
  const socket = /^unix:\/\/(.+)$/.exec(process.env.DOCKER_HOST ?? '')?.[1]
  if (!socket) return undefined
  const answers = (...args) => spawnSync('docker', args, { stdio: 'ignore' }).status === 0
  if (!answers('compose', 'version') || !answers('image', 'inspect', 'busybox')) return undefined
  return {
    name: 'docker compose',
    compose: ['docker', 'compose'],
    env: process.env,
    pids: () => dockerPids(dirname(socket)),
    close: () => undefined,
  }
}

/** @throws with what the command printed unless it exits with 0 */
export function mustRun([program, ...args], options) {
  const result = spawnSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options })
  if (result.status === 0) return
  throw new Error(`"${[program, ...args].join(' ')}" failed: ${result.error?.message ?? result.stderr + result.stdout}`)
}

/** The engine, its helpers and the monitors of containers; not what runs inside of containers. */
function enginePids(root, folder) {
  const all = processTable()
  const engine = all.find((each) => each.environment.includes(`TSC_ENGINE_ROOT=${root} `) && isEngine(each))
  const named = all.filter(({ command, cwd }) => command.includes(folder) || cwd.startsWith(`${folder}/`))
  const helpers = all.filter(({ parent }) => parent === engine?.pid)
  return [...new Set([...(engine ? [engine] : []), ...named, ...helpers].map(({ pid }) => pid))]
}

function isEngine({ command }) {
  return /tsc-engine\S* .*\bserve\b/.test(command)
}

/** dockerd, containerd, their shims and port proxies; of several Docker Engines the one with this folder. */
function dockerPids(folder) {
  const all = processTable().filter(({ command }) =>
    /^\S*(dockerd|containerd|containerd-shim\S*|docker-proxy) /.test(command),
  )
  const shared = ['/run', '/var/run'].includes(folder)
  const own = all.filter(({ command }) => shared || command.includes(folder)).map(({ pid }) => pid)
  return all.filter(({ pid, parent }) => own.includes(pid) || own.includes(parent)).map(({ pid }) => pid)
}

function waitFor(condition) {
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let tries = 0; tries < 100 && !condition(); tries++) Atomics.wait(pause, 0, 0, 100)
}
