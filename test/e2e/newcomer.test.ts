import { execFileSync } from 'node:child_process'
import { accessSync, chmodSync, constants, mkdtempSync, rmdirSync, statfsSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import {
  exitCode,
  noLeftovers,
  notRecreated,
  prints,
  printsNot,
  recreated,
  serviceState,
} from '../support/e2e/checks.ts'
import { compose, composeAsNobody, editing, engine } from '../support/e2e/commands.ts'
import { repository } from '../support/e2e/engine-home.ts'
import { eventually } from '../support/e2e/eventually.ts'
import { same } from '../support/e2e/expectations.ts'
import { runProcess } from '../support/e2e/run-process.ts'
import { type Check, type Command, scenario } from '../support/e2e/scenario.ts'

/** An error is one clear message: no stack, no inner names. */
const noStack = printsNot(/^\s+at .*\.(?:js|ts):\d+/m, /\bE_[A-Z]+_[A-Z]+\b.*\n.*\bE_/)

scenario('mistakes in the file', { 'compose.yml': 'services: {}\n' }, { images: [] })
  .step(
    'a variable that must be set and is not',
    editing(
      { 'compose.yml': 'services:\n  web:\n    image: busybox:${TAG:?set TAG to a version}\n' },
      compose('up', '--detach'),
    ),
    exitCode(1),
    prints('TAG', 'set TAG to a version', /compose\.yml:3:\d+/),
    noStack,
  )
  .step(
    'a misspelt key',
    editing({ 'compose.yml': 'services:\n  web:\n    imag: busybox\n' }, compose('up', '--detach')),
    exitCode(1),
    prints(/compose\.yml:3:5/, '"imag"', /did you mean "image"/i, /^\s+\^+$/m),
    noStack,
  )
  .step(
    'two mistakes are shown in one run',
    editing(
      { 'compose.yml': 'services:\n  web:\n    imag: busybox\n    prots: ["80"]\n' },
      compose('config', '--quiet'),
    ),
    exitCode(1),
    prints('"imag"', '"prots"'),
    noStack,
  )
  .step(
    'services that need each other in a circle',
    editing(
      {
        'compose.yml': `services:
  a: { image: busybox, depends_on: [b] }
  b: { image: busybox, depends_on: [c] }
  c: { image: busybox, links: [a] }
`,
      },
      compose('up', '--detach'),
    ),
    exitCode(1),
    prints('a → b → c → a', /compose\.yml:2:/),
    noStack,
  )
  .step(
    'no file at all',
    (world) => compose('-f', 'nowhere.yml', 'up', '--detach')(world),
    exitCode(1),
    prints('nowhere.yml'),
    noStack,
  )

const server = createServer()
const taken = await new Promise<number>((resolve, reject) => {
  server.once('error', reject)
  server.listen(0, '0.0.0.0', () => {
    const address = server.address()
    if (address !== null && typeof address === 'object') resolve(address.port)
  })
})
afterAll(() => {
  server.close()
})

scenario('things that are not there or not free', {
  'compose.yml': `
name: port
services:
  first:
    image: busybox
    command: sleep 3600
    stop_signal: KILL
  second:
    image: busybox
    command: sleep 3600
    depends_on: [first]
    ports: ['${taken}:80']
`,
})
  .step(
    'a taken port is named before anything starts',
    compose('up', '--detach'),
    exitCode(1),
    prints(String(taken), 'second'),
    noStack,
    serviceState('first', 'running', 0),
  )
  .step('and leaves nothing to clear away', compose('down', '--volumes'), exitCode(0), noLeftovers())
  .step(
    'an image that nobody has',
    editing(
      { 'compose.yml': 'name: port\nservices:\n  web:\n    image: 127.0.0.1:1/nowhere\n' },
      compose('up', '--detach'),
    ),
    exitCode(1),
    prints('127.0.0.1:1/nowhere'),
    noStack,
  )

const SIMPLE = { 'compose.yml': 'name: simple\nservices:\n  web:\n    image: busybox\n    command: sleep 3600\n' }

/** True when any user may read the repository, as in a clone in a home folder that is not closed. */
const isReadableByAll = (): boolean => {
  try {
    execFileSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', 'ls', repository], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

if (isReadableByAll()) {
  scenario('somebody who is not root', SIMPLE, { images: [] }).step(
    'learns that the engine needs root',
    (world) => {
      chmodSync(world.home.folder, 0o755)
      return composeAsNobody('up', '--detach')(world)
    },
    exitCode(1),
    prints(/root/, /sudo/),
    noStack,
  )
}

/** `up` where the programs of the OCI runtimes cannot be run: /dev/null lies over them, in a mount namespace of its own. */
const upWithoutRuntime: Command = (world) => {
  const programs = ['crun', 'runc'].flatMap((name) => ['/usr/bin', '/usr/sbin'].map((folder) => join(folder, name)))
  const hide = programs.filter(isFile).map((path) => `mount --bind /dev/null ${path}`)
  const up = `exec ${process.execPath} ${join(repository, 'bin/tsc-compose.js')} up --detach`
  return runProcess(['unshare', '--mount', 'sh', '-ec', [...hide, up].join('\n')], {
    cwd: world.folder,
    env: world.env,
  })
}

const isFile = (path: string): boolean => {
  try {
    accessSync(path, constants.F_OK)
    return true
  } catch {
    return false
  }
}

scenario('a machine without an OCI runtime', SIMPLE, { images: [] }).step(
  'is told what to install',
  upWithoutRuntime,
  exitCode(1),
  prints(/crun/, /install/i),
  noStack,
)

const PORT = '28095'
const holding = (name: string, ports: string): string =>
  `name: ${name}\nservices:\n  web:\n    image: busybox\n    command: sleep 3600\n    stop_signal: KILL\n    ports: ${ports}\n`

scenario('a port that a container has', {
  'compose.yml': holding('holder', `['${PORT}:80']`),
  'rival.yml': holding('rival', `['127.0.0.1:${PORT}:80']`),
  'both.yml': holding('both', `['${PORT}:80', '${PORT}:81']`),
})
  .step('is free for that one', compose('up', '--detach'), exitCode(0), serviceState('web', 'running'))
  .step(
    'and not for another, which learns who has it',
    compose('-f', 'rival.yml', 'up', '--detach'),
    exitCode(1),
    prints(
      /rival\.yml:7:13: error: Cannot start service "web"/,
      `Bind for 127.0.0.1:${PORT} failed: port is already allocated`,
      'Container "holder-web-1" of service "web" has it',
    ),
    noStack,
    notRecreated('web'),
  )
  .step(
    'is handed on when the container is replaced',
    compose('up', '--detach', '--force-recreate'),
    exitCode(0),
    recreated('web'),
    serviceState('web', 'running'),
  )
  .step(
    'cannot be given out twice in one file',
    compose('-f', 'both.yml', 'up', '--detach'),
    exitCode(1),
    prints(/both\.yml:7:\d+: error: Host port 28095\/tcp is published twice/),
    noStack,
  )

const folderOf = (size: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'tsc-small-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder])
  afterAll(() => {
    execFileSync('umount', [folder])
    rmdirSync(folder)
  })
  return folder
}

const tiny = folderOf('1m')

scenario('a full disk', SIMPLE, { images: [], dataParent: tiny }).step(
  'is named when an image is made',
  engine('image', 'bootstrap', 'busybox'),
  exitCode(1),
  prints(/no space/i, tiny, '--root'),
  noStack,
)

const small = folderOf('24m')

const isFull: Check = () =>
  eventually(() => {
    same(statfsSync(small).bfree, 0, 'free blocks')
  })

scenario(
  'a disk that a container fills',
  {
    'compose.yml': `
name: full
services:
  filler:
    image: busybox
    command: sh -c 'dd if=/dev/zero of=/data/fill bs=1M; echo filled; exec sleep 3600'
    stop_signal: KILL
    volumes: [data:/data]
  talker:
    image: busybox
    command: sleep 3600
    stop_signal: KILL
  late:
    image: busybox
    command: sleep 3600
    stop_signal: KILL
volumes:
  data:
`,
  },
  { dataParent: small },
)
  .step('runs full', compose('up', '--detach', 'filler', 'talker'), exitCode(0), isFull)
  .step(
    'a container that cannot be made is named, and the disk',
    compose('up', '--detach', 'late'),
    exitCode(1),
    prints('Cannot create container "full-late-1"', /no space/i, small, '--root'),
    noStack,
  )
  .step('what runs can be stopped', compose('stop', 'talker'), exitCode(0), serviceState('talker', 'exited'))
  .step('down --volumes makes room again', compose('down', '--volumes'), exitCode(0), noLeftovers())
  .step('so that up goes on', compose('up', '--detach', 'late'), exitCode(0), serviceState('late', 'running'))
