import { exitCode, httpBody, logLine, notRecreated, serviceState } from '../support/e2e/checks.ts'
import { compose } from '../support/e2e/commands.ts'
import { eventually } from '../support/e2e/eventually.ts'
import { same } from '../support/e2e/expectations.ts'
import { type Check, scenario } from '../support/e2e/scenario.ts'
import { containersOf, runCompose } from '../support/e2e/world.ts'

/** The client's log names each of the replicas. */
const everyReplicaAnswers: Check = (world) =>
  eventually(async () => {
    const replicas = (await containersOf(world)).filter(({ service }) => service === 'web')
    const { stdout } = await runCompose(world, ['logs', '--no-log-prefix', 'client'])
    const names = new Set([...stdout.matchAll(/^answered by (\w+)$/gm)].map((match) => match[1]))
    same(names, new Set(replicas.map(({ id }) => id.slice(0, 12))), 'names in the log')
  })

scenario('three replicas serve the files of a data container', 'examples/busybox-web', {
  env: { WEB_PORTS: '28090-28092' },
})
  .step(
    'up waits until all replicas are healthy',
    compose('up', '--detach', '--wait'),
    exitCode(0),
    serviceState('web', 'healthy', 3),
    serviceState('site', 'exited'),
    httpBody('web', 80, '/', 'from the volume of a data container'),
  )
  .step('each replica has a port of the range', compose('ps'), exitCode(0), async (world) => {
    const replicas = (await containersOf(world)).filter(({ service }) => service === 'web')
    same(new Set(replicas.map(({ ports }) => ports[0]?.host)), new Set([28090, 28091, 28092]), 'ports')
  })
  .step(
    'the name of the service leads to each replica in turn',
    compose('ps'),
    logLine('client', /^answered by [0-9a-f]{12}$/),
    everyReplicaAnswers,
  )
  .step(
    'a smaller scale removes the replicas with the highest numbers',
    compose('up', '--detach', '--scale', 'web=1'),
    exitCode(0),
    serviceState('web', 'healthy', 1),
    notRecreated('client'),
    async (world) => {
      const replicas = (await containersOf(world)).filter(({ service }) => service === 'web')
      same(
        replicas.map(({ name }) => name),
        ['busybox-web-web-1'],
        'replicas',
      )
    },
  )
