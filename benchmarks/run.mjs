import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { crash } from './crash.mjs'
import { measure } from './measure.mjs'
import { printFigures, withFigures } from './report.mjs'
import { builtIn, docker } from './targets.mjs'

/*
 * npm run bench              measures as root and writes the table into docs/performance.md; with DOCKER_HOST=unix://… also
 *                            docker compose on that engine (it must have a busybox image)
 * npm run bench -- crash 200 kills the engine with -9 so many times and looks for what is lost or left
 */

const PAGE = new URL('../docs/performance.md', import.meta.url)
const [command, rounds = '200'] = process.argv.slice(2)

if (command === 'crash') process.exitCode = crash(Number(rounds))
else await bench()

async function bench() {
  const results = []
  for (const target of [builtIn(), docker()].filter(Boolean)) {
    try {
      results.push({ name: target.name, version: versionOf(target), figures: await measure(target, log) })
    } finally {
      target.close()
    }
  }
  const figures = printFigures(results)
  writeFileSync(PAGE, withFigures(readFileSync(PAGE, 'utf8'), figures))
  log(`\n${figures}\n\nwritten into docs/performance.md`)
}

function versionOf({ compose: [program, ...args], env }) {
  return execFileSync(program, [...args, 'version', '--short'], { encoding: 'utf8', env }).trim()
}

function log(line) {
  process.stdout.write(`${line}\n`)
}
