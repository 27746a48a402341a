import { exitCode, httpBody, logLine, notRecreated, prints, serviceState } from '../support/e2e/checks.ts'
import { compose } from '../support/e2e/commands.ts'
import { scenario } from '../support/e2e/scenario.ts'

scenario('the tour of compose.example.yml', '.', {
  only: ['compose.example.yml', 'examples/tour'],
  images: ['busybox', 'debian:bookworm-slim'],
  env: { COMPOSE_FILE: 'compose.example.yml', TOUR_PORT: '28080', TOUR_REDIS_PORT: '26379' },
  timeoutMs: 400_000,
})
  .step(
    'up builds the images and waits until everything is healthy',
    compose('up', '--detach', '--wait'),
    exitCode(0),
    serviceState('database', 'healthy'),
    serviceState('api', 'healthy'),
    serviceState('web', 'healthy'),
    serviceState('clock', 'running'),
    serviceState('pages', 'exited'),
  )
  .step(
    'the page is a file of the data container with data from the database in it',
    compose('ps'),
    exitCode(0),
    httpBody('web', 80, '/', 'nginx took this page from a data container'),
    httpBody('web', 80, '/', /<th>visits<\/th><td>[1-9]\d*<\/td>/),
    httpBody('web', 80, '/', /<th>seconds<\/th><td>[1-9]\d*<\/td>/),
  )
  .step(
    'the API knows the database by the variables of its link',
    compose('exec', '-T', 'api', 'env'),
    exitCode(0),
    prints(
      'DATABASE_NAME=/tour-api-1/database',
      /^DATABASE_PORT=tcp:\/\/\d+\.\d+\.\d+\.\d+:6379$/m,
      /^DATABASE_PORT_6379_TCP_ADDR=\d+\.\d+\.\d+\.\d+$/m,
      /^DATABASE_PORT_6379_TCP_PORT=6379$/m,
      /^DATABASE_PORT_6379_TCP_PROTO=tcp$/m,
      /^DATABASE_ENV_MAXMEMORY=32mb$/m,
    ),
  )
  .step(
    'the clock has a line for the alias in its hosts file',
    compose('exec', '-T', 'clock', 'cat', '/etc/hosts'),
    exitCode(0),
    prints(/^\d+\.\d+\.\d+\.\d+\s+store [0-9a-f]{12} tour-database-1$/m),
  )
  .step(
    'the ports of all four formats answer',
    compose('ps'),
    prints('28080->80/tcp', '127.0.0.1:26379->6379/tcp', /127\.0\.0\.1:\d+->8000\/tcp/, /0\.0\.0\.0:\d+->81\/tcp/),
    httpBody('web', 80, '/style.css', 'font'),
    httpBody('web', 81, '/', 'Active connections'),
    httpBody('api', 8000, '/visit', '"visits"'),
  )
  .step(
    'the output of nginx, which writes to /dev/stdout, is in the log',
    compose('ps'),
    logLine('web', /"GET \/ HTTP\/1\.1" 200/),
  )
  .step(
    'up again leaves everything alone',
    compose('up', '--detach', '--wait'),
    exitCode(0),
    notRecreated('database', 'api', 'clock', 'web'),
  )
  .step(
    'data is still there after the database was restarted',
    compose('restart', 'database'),
    exitCode(0),
    notRecreated('database'),
    serviceState('database', 'healthy'),
    httpBody('web', 80, '/', /<th>visits<\/th><td>(?!1<)\d+<\/td>/),
  )
