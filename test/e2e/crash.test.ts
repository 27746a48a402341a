import { exitCode, noLeftovers } from '../support/e2e/checks.ts'
import { compose } from '../support/e2e/commands.ts'
import { MOMENTS, convergence, killAt } from '../support/e2e/crash.ts'
import { seededRandom } from '../support/e2e/seeded-random.ts'
import { scenario } from '../support/e2e/scenario.ts'

/*
 * The engine or the command line is killed with -9 at a random moment. Another try of the same command must reach the
 * wanted state, with no log line lost or doubled, and nothing left behind. TSC_E2E_SEED repeats a run; TSC_CRASH_ROUNDS
 * sets the number of rounds.
 */
const seed = Number(process.env['TSC_E2E_SEED'] ?? Date.now() % 1_000_000)
const rounds = Number(process.env['TSC_CRASH_ROUNDS'] ?? 20)
const random = seededRandom(seed)

const story = scenario(`kill -9, seed ${seed}`, {
  'compose.yml': `
name: crash
services:
  db:
    image: busybox
    command: sleep 3600
    stop_signal: KILL
    volumes: [data:/data]
    healthcheck: { test: 'true', interval: 1s, start_period: 5s, start_interval: 50ms }
  counter:
    image: busybox
    command: sh -c 'i=0; while :; do i=$$((i + 1)); echo line $$i; usleep 3000; done'
    stop_signal: KILL
    depends_on:
      db: { condition: service_healthy }
  job:
    image: busybox
    command: sh -c 'sleep 0.3; exit 42'
    depends_on: [db]
  web:
    image: busybox
    command: httpd -f
    stop_signal: KILL
    links: [db]
    ports: ['80']
volumes:
  data:
`,
})

for (let round = 1; round <= rounds; round++) {
  const moment = MOMENTS[Math.floor(random() * MOMENTS.length)] ?? 'up'
  const victim = random() < 0.8 ? 'tsc-engine' : 'tsc-compose'
  const delayMs = Math.floor(random() * 900)
  story
    .step(
      `round ${round}: ${victim} dies ${delayMs} ms into ${moment}`,
      killAt({ moment, victim, delayMs }),
      ...convergence(moment),
    )
    .step(`round ${round}: down converges`, compose('down', '--volumes', '--timeout', '1'), exitCode(0), noLeftovers())
}
