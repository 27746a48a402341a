import { exitCode, prints, serviceState, stdout } from '../support/e2e/checks.ts'
import { compose, composeWith } from '../support/e2e/commands.ts'
import { scenario } from '../support/e2e/scenario.ts'

scenario('exec in a running container', {
  'compose.yml': `
name: exec
services:
  box:
    image: busybox
    command: sleep 3600
    stop_signal: KILL
    environment: { COLOUR: blue }
  idle:
    image: busybox
    command: 'true'
`,
})
  .step('up', compose('up', '--detach'), exitCode(0), serviceState('box', 'running'), serviceState('idle', 'exited'))
  .step('gives the output of the command', compose('exec', '-T', 'box', 'echo', 'hello'), exitCode(0), stdout('hello'))
  .step('gives its exit status', compose('exec', '-T', 'box', 'sh', '-c', 'exit 7'), exitCode(7))
  .step('128 and the signal when one ended it', compose('exec', '-T', 'box', 'sh', '-c', 'kill -9 $$'), exitCode(137))
  .step('126 when it is no program', compose('exec', '-T', 'box', '/etc/passwd'), exitCode(126))
  .step(
    '127 when there is none',
    compose('exec', '-T', 'box', 'no-such-program'),
    exitCode(127),
    prints('no-such-program'),
  )
  .step('has the variables of the container', compose('exec', '-T', 'box', 'sh', '-c', 'echo $COLOUR'), stdout('blue'))
  .step('-e adds one', compose('exec', '-T', '-e', 'COLOUR=red', 'box', 'sh', '-c', 'echo $COLOUR'), stdout('red'))
  .step('-w sets the folder', compose('exec', '-T', '-w', '/tmp', 'box', 'pwd'), stdout('/tmp'))
  .step('-u sets the user', compose('exec', '-T', '-u', '65534:65534', 'box', 'id', '-u'), stdout('65534'))
  .step('keeps the streams apart', compose('exec', '-T', 'box', 'sh', '-c', 'echo no >&2; echo yes'), stdout('yes'))
  .step('hands standard input on', composeWith({ input: 'one\ntwo\n' }, 'exec', '-T', 'box', 'wc', '-l'), stdout('2'))
  .step('needs a running container', compose('exec', '-T', 'idle', 'true'), exitCode(1), prints(/idle.*not running/))
