import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { memoryOf } from './memory.mjs'
import { printValue } from './report.mjs'
import { SHAPES, largeFile, stack } from './stacks.mjs'
import { mustRun } from './targets.mjs'

const COUNTS = [1, 5, 10, 20]
/** Runs of each measurement; the median counts. */
const RUNS = 5
const LARGE = 1000

/**
 * All figures of one target: seconds and bytes by the name of the row.
 * @param {import('./targets.mjs').Target} target
 * @param {(line: string) => void} log
 */
export async function measure(target, log) {
  const folder = mkdtempSync(join(tmpdir(), 'tsc-bench-stack-'))
  const compose = (...args) => mustRun([...target.compose, ...args], { cwd: folder, env: target.env })
  const use = (text) => writeFileSync(join(folder, 'compose.yml'), text)
  const figures = {}
  const note = (name, value) => {
    figures[name] = value
    log(`${target.name}: ${name}: ${printValue(name, value)}`)
  }
  try {
    use(stack('flat', 1))
    compose('up', '-d')
    compose('down')
    for (const shape of SHAPES) {
      for (const count of COUNTS) {
        use(stack(shape, count))
        const times = upAndDown(compose)
        note(`up -d, ${count} ${shape}`, times.up)
        note(`up -d again, ${count} ${shape}`, times.again)
        note(`down, ${count} ${shape}`, times.down)
      }
    }
    const memory = await measureMemory(target, compose, use)
    for (const [name, value] of Object.entries(memory)) note(name, value)
    use(largeFile(LARGE))
    note(`config of ${LARGE} services`, median(repeat(() => seconds(() => compose('config', '--quiet')))))
    return figures
  } finally {
    use(stack('flat', 1))
    compose('down', '--remove-orphans')
    rmSync(folder, { recursive: true, force: true })
  }
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

function upAndDown(compose) {
  const runs = repeat(() => ({
    up: seconds(() => compose('up', '-d')),
    again: seconds(() => compose('up', '-d')),
    down: seconds(() => compose('down')),
  }))
  const of = (key) => median(runs.map((run) => run[key]))
  return { up: of('up'), again: of('again'), down: of('down') }
}

/** The engine is looked at when it has been quiet for three seconds. */
async function measureMemory(target, compose, use) {
  use(stack('flat', 20))
  compose('ps')
  await sleep(3000)
  const idle = memoryOf(target.pids())
  compose('up', '-d')
  await sleep(3000)
  const busy = memoryOf(target.pids())
  compose('down')
  return {
    'engine idle, PSS': idle.pss,
    'engine idle, RSS': idle.rss,
    'engine with 20 containers, PSS': busy.pss,
    'engine with 20 containers, RSS': busy.rss,
    'per container, PSS': (busy.pss - idle.pss) / 20,
    'per container, RSS': (busy.rss - idle.rss) / 20,
  }
}

function seconds(task) {
  const start = performance.now()
  task()
  return (performance.now() - start) / 1000
}

function repeat(task) {
  return Array.from({ length: RUNS }, () => task())
}
