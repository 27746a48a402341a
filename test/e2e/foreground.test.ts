import { exitCode, prints, serviceState } from '../support/e2e/checks.ts'
import { compose, interrupted } from '../support/e2e/commands.ts'
import { scenario } from '../support/e2e/scenario.ts'

scenario('Ctrl-C in the foreground', {
  'compose.yml': `
name: foreground
services:
  polite:
    image: busybox
    command: ['sh', '-c', 'trap "echo bye; exit 0" TERM; echo ready; while :; do sleep 60 & wait $$!; done']
`,
})
  .step(
    'the first one stops gracefully and shows what is still said',
    interrupted(['up'], { when: /polite-1\s+\| ready/ }),
    exitCode(130),
    prints(/Gracefully [Ss]topping/, /polite-1\s+\| bye/),
    serviceState('polite', 'exited'),
  )
  .step(
    'a second up starts the same container again',
    interrupted(['up'], { when: /ready[\s\S]*bye[\s\S]*ready|Attaching[\s\S]*ready/ }),
    exitCode(130),
    serviceState('polite', 'exited'),
  )

scenario('a second Ctrl-C', {
  'compose.yml': `
name: stubborn
services:
  stubborn:
    image: busybox
    command: ['sh', '-c', 'trap "" TERM; echo ready; while :; do sleep 1; done']
    stop_grace_period: 10m
`,
}).step(
  'kills what does not stop',
  interrupted(['up'], { when: /stubborn-1\s+\| ready/, againMs: 1000 }),
  exitCode(130),
  serviceState('stubborn', 'exited'),
)

const JOBS = `
name: jobs
services:
  server:
    image: busybox
    command: sleep 3600
    stop_signal: KILL
  job:
    image: busybox
    command: sh -c 'echo working; sleep 1; exit 3'
    depends_on: [server]
`

scenario('the exit status of up', { 'compose.yml': JOBS })
  .step(
    '--abort-on-container-exit stops the rest and gives the status of the first that ended',
    compose('up', '--abort-on-container-exit'),
    exitCode(3),
    prints(/job-1\s+\| working/, 'job-1 exited with code 3'),
    serviceState('server', 'exited'),
  )
  .step(
    '--exit-code-from gives the status of that service',
    compose('up', '--exit-code-from', 'server'),
    exitCode(137),
    serviceState('server', 'exited'),
  )

scenario('up --wait', {
  'compose.yml': `
name: waiting
services:
  slow:
    image: busybox
    command: sleep 3600
    stop_signal: KILL
    healthcheck: { test: 'false', interval: 1s, retries: 1000 }
  ill:
    image: busybox
    command: sleep 3600
    stop_signal: KILL
    healthcheck: { test: 'false', interval: 200ms, retries: 2 }
  missing:
    image: busybox
    command: 'true'
    depends_on:
      ill: { condition: service_healthy }
    profiles: [never]
`,
})
  .step(
    'ends with an error when the time is over',
    compose('up', '--detach', '--wait', '--wait-timeout', '2', 'slow'),
    exitCode(1),
    prints(/not healthy|timeout|time limit/i),
    serviceState('slow', 'starting'),
  )
  .step(
    'ends with an error as soon as a service is unhealthy',
    compose('up', '--detach', '--wait', 'ill'),
    exitCode(1),
    prints('waiting-ill-1', 'unhealthy'),
  )
  .step(
    'a service is not started when what it needs is unhealthy',
    compose('--profile', 'never', 'up', '--detach', 'missing'),
    exitCode(1),
    prints(/waiting-ill-1.* is unhealthy|unhealthy.*waiting-ill-1/),
  )
