import { exitCode, logLine, prints, printsNot, serviceState } from '../support/e2e/checks.ts'
import { compose } from '../support/e2e/commands.ts'
import { same } from '../support/e2e/expectations.ts'
import { type Check, scenario } from '../support/e2e/scenario.ts'

const lines =
  (...wanted: RegExp[]): Check =>
  (_world, result) => {
    const found = result.stdout.trimEnd().split('\n')
    same(found.length, wanted.length, 'number of lines')
    same(
      wanted.map((pattern, index) => pattern.test(found[index] ?? '')),
      wanted.map(() => true),
      found.join('\n'),
    )
  }

scenario('logs of two services', {
  'compose.yml': `
name: talk
services:
  talker:
    image: busybox
    command: sh -c 'for i in 1 2 3 4 5; do echo line $$i; sleep 0.1; done; echo trouble >&2; sleep 0.2; printf unfinished'
  a:
    image: busybox
    command: echo short
`,
})
  .step(
    'both streams are kept, and a last line without an end',
    compose('up', '--detach'),
    exitCode(0),
    serviceState('talker', 'exited'),
    logLine('talker', 'unfinished', 1),
    logLine('talker', 'trouble', 1),
    logLine('a', 'short', 1),
  )
  .step(
    'the prefix is as wide as the longest name',
    compose('logs'),
    exitCode(0),
    prints(/^a-1 {7}\| short$/m, /^talker-1 {2}\| line 1$/m),
  )
  .step(
    '--tail takes the last lines',
    compose('logs', '--tail', '2', '--no-log-prefix', 'talker'),
    lines(/^trouble$/, /^unfinished$/),
  )
  .step('--tail 0 takes none', compose('logs', '--tail', '0', 'talker'), exitCode(0), printsNot('line'))
  .step(
    '--timestamps puts the time before each line',
    compose('logs', '--timestamps', '--no-log-prefix', 'a'),
    lines(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z short$/),
  )
  .step('--since a time to come prints nothing', compose('logs', '--since', '2099-01-01T00:00:00Z'), printsNot('line'))
  .step('--until a time gone by prints nothing', compose('logs', '--until', '2001-01-01T00:00:00Z'), printsNot('line'))
  .step('--since 1h prints it all', compose('logs', '--since', '1h', 'talker'), prints('line 1', 'unfinished'))
  .step(
    '--follow ends when the containers have ended',
    compose('logs', '--follow'),
    exitCode(0),
    prints('line 5', 'short'),
  )
  .step('an unknown service is an error', compose('logs', 'nobody'), exitCode(1), prints('nobody'))
