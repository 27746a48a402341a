import { exitCode, logLine, prints, serviceState, stdout } from '../support/e2e/checks.ts'
import { compose } from '../support/e2e/commands.ts'
import { scenario } from '../support/e2e/scenario.ts'

scenario('two workers share the jobs of a queue', 'examples/job-queue')
  .step(
    'every job is done once',
    compose('up', '--detach'),
    exitCode(0),
    serviceState('prepare', 'exited'),
    serviceState('producer', 'exited'),
    serviceState('report', 'exited'),
    serviceState('worker', 'running', 2),
    logLine('producer', /^put \w+ as job\.\w{6}$/, 6),
    logLine('worker', 'crane -> enarc', 1),
    logLine('worker', /^\w+ -> \w+$/, 6),
  )
  .step(
    'logs --follow ends with the service that it follows',
    compose('logs', '--follow', '--no-log-prefix', 'report'),
    exitCode(0),
    prints('6 jobs are done'),
  )
  .step(
    'the config and the secret are files that only their services have',
    compose('exec', '-T', 'worker', 'ls', '/etc/words', '/run/secrets/token'),
    exitCode(1),
    prints('/run/secrets/token', /\/etc\/words: No such file or directory/),
  )
  .step('ps lists the services that run', compose('ps', '--services'), exitCode(0), stdout('queue\nworker'))
