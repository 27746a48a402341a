import { exitCode, logLine, notRecreated, prints, serviceState } from '../support/e2e/checks.ts'
import { compose } from '../support/e2e/commands.ts'
import { scenario } from '../support/e2e/scenario.ts'

scenario('containers that fail come back', 'examples/self-healing')
  .step(
    'a service that fails twice is started three times',
    compose('up', '--detach'),
    exitCode(0),
    serviceState('patient', 'healthy'),
    logLine('stumbler', 'start 3'),
    logLine('stumbler', /^start/, 3),
    serviceState('stumbler', 'running'),
  )
  .step(
    'a container that turns unhealthy is restarted, and healthy again',
    compose('exec', '-T', 'patient', 'rm', '/tmp/well'),
    exitCode(0),
    logLine('patient', 'well', 2),
    serviceState('patient', 'healthy'),
    notRecreated('patient', 'stumbler'),
  )
  .step('up leaves them alone', compose('up', '--detach'), exitCode(0), notRecreated('patient', 'stumbler'))
  .step(
    'ps says why it was restarted',
    compose('ps', 'patient'),
    exitCode(0),
    prints(/self-healing-patient-1/, /unhealthy/),
  )
