import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  exitCode,
  logLine,
  noLeftovers,
  notRecreated,
  prints,
  printsNot,
  recreated,
  serviceState,
  stdout,
} from '../support/e2e/checks.ts'
import { compose, editing, engine, interrupted } from '../support/e2e/commands.ts'
import { same } from '../support/e2e/expectations.ts'
import { scenario } from '../support/e2e/scenario.ts'
import { type World, runEngine } from '../support/e2e/world.ts'

const CHAIN = `
name: chain
services:
  base:
    image: busybox
    command: sh -c 'echo base is there; exec sleep 3600'
    stop_signal: KILL
  top:
    image: busybox
    command: sh -c 'echo top is there; exec sleep 3600'
    stop_signal: KILL
    depends_on: [base]
`

scenario('up of one service', { 'compose.yml': CHAIN })
  .step(
    '--no-deps starts it alone',
    compose('up', '--detach', '--no-deps', 'top'),
    exitCode(0),
    serviceState('top', 'running'),
    serviceState('base', 'running', 0),
  )
  .step(
    'without it what it needs is started too, and its own container stays',
    compose('up', '--detach', 'top'),
    exitCode(0),
    notRecreated('top'),
    serviceState('base', 'running'),
  )
  .step(
    'in the foreground its output is shown, not that of what it needs',
    interrupted(['up', '--force-recreate', 'top'], { when: /top-1\s+\| top is there/ }),
    exitCode(130),
    printsNot('base is there'),
    serviceState('top', 'exited'),
  )
  .step(
    '--attach-dependencies shows that as well',
    interrupted(['up', '--force-recreate', '--always-recreate-deps', '--attach-dependencies', 'top'], {
      when: /(?=[\s\S]*base-1\s+\| base is there)[\s\S]*top-1\s+\| top is there/,
    }),
    exitCode(130),
    prints(/base-1 {2}\| base is there/, /top-1 {3}\| top is there/),
  )

const volumesOf = (world: World): string[] => readdirSync(join(world.home.root, 'volumes'))

scenario('up --renew-anon-volumes', {
  'compose.yml': `
name: anonymous
services:
  box:
    image: busybox
    command: sh -c 'echo -n x >> /data/starts; exec sleep 3600'
    stop_signal: KILL
    volumes: [/data]
`,
})
  .step('a volume without a name is made', compose('up', '--detach'), exitCode(0), serviceState('box', 'running'))
  .step('it is kept over a recreation', compose('up', '--detach', '--force-recreate'), exitCode(0), recreated('box'))
  .step('with what was in it', compose('exec', '-T', 'box', 'cat', '/data/starts'), stdout('xx'))
  .step('-V makes a new one', compose('up', '--detach', '--force-recreate', '-V'), exitCode(0), recreated('box'))
  .step('that is empty', compose('exec', '-T', 'box', 'cat', '/data/starts'), stdout('x'))
  .step('down --volumes removes that one', compose('down', '--volumes'), exitCode(0), (world) => {
    same(volumesOf(world).length, 1, 'number of volumes')
  })
  .step(
    'the data of the first one stays until it is removed by name',
    (world) => runEngine(world, ['volume', 'rm', ...volumesOf(world)]),
    exitCode(0),
    noLeftovers(),
  )

scenario('up --on-unhealthy restart', {
  'compose.yml': `
name: ill
services:
  patient:
    image: busybox
    command: sh -c 'touch /tmp/well; echo well; exec sleep 3600'
    stop_signal: KILL
    healthcheck: { test: test -e /tmp/well, interval: 300ms, retries: 1 }
`,
})
  .step(
    'a healthy container is left alone',
    compose('up', '--detach', '--wait', '--on-unhealthy', 'restart'),
    exitCode(0),
    serviceState('patient', 'healthy'),
  )
  .step(
    'one that turns unhealthy is started again',
    compose('exec', '-T', 'patient', 'rm', '/tmp/well'),
    exitCode(0),
    logLine('patient', 'well', 2),
    serviceState('patient', 'healthy'),
    notRecreated('patient'),
  )
  .step('another word is an error', compose('up', '--detach', '--on-unhealthy', 'pray'), exitCode(1), prints('"pray"'))

const BUILT = `
name: built
services:
  own:
    build:
      context: .
      dockerfile_inline: |
        FROM busybox
        RUN echo made > /made
    command: sleep 3600
    stop_signal: KILL
  named:
    image: example/named
    build:
      context: .
      dockerfile_inline: FROM busybox
    command: sleep 3600
    stop_signal: KILL
`

scenario('images of a project', { 'compose.yml': BUILT })
  .step(
    'up --no-build says what is missing',
    compose('up', '--detach', '--no-build'),
    exitCode(1),
    prints('built-own', 'may not be built'),
    noLeftovers(),
  )
  .step(
    'up builds what is not there',
    compose('up', '--detach'),
    exitCode(0),
    prints(/built-own\s+Built/),
    serviceState('own', 'running'),
  )
  .step('and not what is', compose('up', '--detach'), exitCode(0), printsNot('Built'), notRecreated('own', 'named'))
  .step(
    '--build recreates nothing when the image comes out the same',
    compose('up', '--detach', '--build'),
    exitCode(0),
    prints(/built-own\s+Built/),
    notRecreated('own', 'named'),
  )
  .step(
    '--pull always fails where no registry can be reached, and changes nothing',
    editing(
      {
        'compose.yml': BUILT.replace(
          /build:\n.*context: \.\n.*dockerfile_inline: FROM busybox/,
          'pull_policy: missing',
        ),
      },
      compose('up', '--detach', '--pull', 'always', 'named'),
    ),
    exitCode(1),
    prints('example/named'),
    notRecreated('own', 'named'),
  )
  .step(
    'down --rmi local removes images that have no name of their own',
    editing({ 'compose.yml': BUILT }, compose('down', '--rmi', 'local')),
    exitCode(0),
    prints(/built-own\S* +Removed/),
    noLeftovers(),
  )
  .step(
    'and leaves the others',
    engine('images'),
    exitCode(0),
    prints('example/named', 'busybox'),
    printsNot('built-own'),
  )
