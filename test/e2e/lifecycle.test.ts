import {
  exitCode,
  noLeftovers,
  notRecreated,
  prints,
  printsNot,
  recreated,
  serviceState,
  stdout,
} from '../support/e2e/checks.ts'
import { compose, editing } from '../support/e2e/commands.ts'
import { same } from '../support/e2e/expectations.ts'
import { scenario } from '../support/e2e/scenario.ts'

const stack = (web = 'sleep 3600'): string => `
name: stack
services:
  db:
    image: busybox
    command: sleep 3600
    stop_signal: KILL
    volumes: [data:/data]
  web:
    image: busybox
    command: ${web}
    stop_signal: KILL
    depends_on: [db]
volumes:
  data:
`
const DB_ALONE = stack().replace(/ {2}web:[\s\S]*depends_on: \[db\]\n/, '')

scenario('a stack from its first up to its down', { 'compose.yml': stack() })
  .step(
    'a dry run prints the plan and does nothing',
    compose('--dry-run', 'up', '--detach'),
    exitCode(0),
    prints(/container\.create\s+db\/1/, /container\.start\s+web\/1/),
    noLeftovers(),
  )
  .step(
    'up starts both services',
    compose('up', '--detach'),
    exitCode(0),
    serviceState('db', 'running'),
    serviceState('web', 'running'),
  )
  .step('an unchanged up leaves both alone', compose('up', '--detach'), exitCode(0), notRecreated('db', 'web'))
  .step(
    'a changed command recreates that service and no other',
    editing({ 'compose.yml': stack('sleep 3601') }, compose('up', '--detach')),
    exitCode(0),
    recreated('web'),
    notRecreated('db'),
    serviceState('web', 'running'),
  )
  .step(
    '--no-recreate leaves a changed service alone',
    editing({ 'compose.yml': stack('sleep 3602') }, compose('up', '--detach', '--no-recreate')),
    exitCode(0),
    notRecreated('db', 'web'),
  )
  .step(
    '--force-recreate makes everything anew',
    compose('up', '--detach', '--force-recreate'),
    exitCode(0),
    recreated('db', 'web'),
  )
  .step(
    '--scale adds containers and keeps those that are there',
    compose('up', '--detach', '--scale', 'web=3'),
    exitCode(0),
    serviceState('web', 'running', 3),
    notRecreated('db'),
  )
  .step('ps --quiet prints an id a line', compose('ps', '--quiet'), exitCode(0), (_world, result) => {
    same(result.stdout.trim().split('\n').length, 4, 'number of ids')
  })
  .step('ps --format json prints an object a line', compose('ps', '--format', 'json'), (_world, result) => {
    const rows = result.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { Service: string; State: string })
    const found = rows.map(({ Service, State }) => `${Service} ${State}`).toSorted()
    same(found, ['db running', 'web running', 'web running', 'web running'], 'rows')
  })
  .step('ps --filter leaves out the rest', compose('ps', '--quiet', '--filter', 'status=exited'), stdout(''))
  .step(
    'stop stops one service',
    compose('stop', 'web'),
    exitCode(0),
    serviceState('web', 'exited', 3),
    serviceState('db', 'running'),
  )
  .step('start starts it again', compose('start', 'web'), exitCode(0), serviceState('web', 'running', 3))
  .step('restart keeps the containers', compose('restart'), exitCode(0), notRecreated('db', 'web'))
  .step(
    'a service that is gone from the file is an orphan, and stays with a warning',
    editing({ 'compose.yml': DB_ALONE }, compose('up', '--detach')),
    exitCode(0),
    prints(/orphan/i),
    serviceState('web', 'running', 3),
  )
  .step(
    '--remove-orphans removes it',
    compose('up', '--detach', '--remove-orphans'),
    exitCode(0),
    serviceState('web', 'running', 0),
    notRecreated('db'),
  )
  .step('down keeps the named volume', compose('down'), exitCode(0), printsNot(/Volume stack_data/))
  .step('down --volumes removes it', compose('down', '--volumes'), exitCode(0), noLeftovers())
