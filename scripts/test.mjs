import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, asRoot, runMain, setup } from './setup.mjs'

/*
 * npm test: the same set-up as npm start, then all tests. With --checks (as .ci/run calls it) format, lint, types and dead
 * code come first and count like tests. The last line is `N passed, N failed`.
 */

const CHECKS = ['format:check', 'lint', 'types', 'dead']
const PROJECTS = [
  { name: 'unit', needsRoot: false },
  { name: 'integration', needsRoot: true },
  { name: 'e2e', needsRoot: true },
]
const ENVIRONMENT = ['PATH', 'CI', 'TSC_TEST_SUMMARY', 'TSC_E2E_FOREIGN', 'TSC_E2E_SEED']

const log = (line) => process.stdout.write(`${line}\n`)

await runMain(() => {
  setup({ log, withTests: true })
  const results = process.argv.includes('--checks') ? CHECKS.map(check) : []
  for (const project of PROJECTS) results.push(testProject(project))
  report(results)
})

function check(name) {
  log(`\n> ${name}`)
  const { status } = spawnSync('npm', ['run', '--silent', name], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] })
  return status === 0 ? { name, passed: 1, failed: 0, skipped: [] } : { name, passed: 0, failed: 1, skipped: [] }
}

function testProject({ name, needsRoot }) {
  log(`\n> ${name} tests`)
  const folder = mkdtempSync(join(tmpdir(), 'tsc-test-'))
  const env = { ...process.env, TSC_TEST_SUMMARY: join(folder, 'summary.json') }
  const vitest = [process.execPath, 'node_modules/vitest/vitest.mjs', 'run', '--project', name]
  const command = [...vitest, '--reporter=default', '--reporter=./scripts/reporter.mjs']
  const [program, ...args] = needsRoot ? asRoot(command, ENVIRONMENT) : command
  const { status } = spawnSync(program, args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] })
  const summary = readSummary(env.TSC_TEST_SUMMARY)
  rmSync(folder, { recursive: true, force: true })
  const unexplained = status !== 0 && summary.failed === 0 ? 1 : 0
  return { name, ...summary, failed: summary.failed + unexplained }
}

/** What the reporter wrote; a run that ended before it could is one failure. */
function readSummary(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { passed: 0, failed: 1, skipped: [] }
  }
}

function report(results) {
  log('')
  for (const { name, passed, failed, skipped } of results) {
    const extra = skipped.length > 0 ? `, ${skipped.length} skipped` : ''
    log(`${name.padEnd(14)} ${passed} passed, ${failed} failed${extra}`)
    for (const test of skipped) log(`  skipped: ${test.name}: ${test.reason}`)
  }
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0)
  log(`${total('passed')} passed, ${total('failed')} failed`)
  process.exitCode = total('failed') > 0 || total('passed') === 0 ? 1 : 0
}
