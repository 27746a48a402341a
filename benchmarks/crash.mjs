import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * The scenario of test/e2e/crash.test.ts with `rounds` kills.
 * @returns {number} exit status
 */
export function crash(rounds) {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'e2e', 'test/e2e/crash.test.ts']
  const { status } = spawnSync(process.execPath, vitest, {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, TSC_CRASH_ROUNDS: String(rounds) },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return status ?? 1
}
