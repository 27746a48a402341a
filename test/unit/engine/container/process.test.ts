import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { containerProcess, execProcess } from '../../../../src/engine/container/process.ts'
import type { ContainerConfig } from '../../../../src/port/containers.ts'
import { container } from './fixtures.ts'

let rootfs = ''
beforeEach(async () => {
  rootfs = await mkdtemp(join(tmpdir(), 'tsc-rootfs-'))
})
afterEach(() => rm(rootfs, { recursive: true }))

const record = (config: ContainerConfig) => container({ config: { Hostname: 'web', ...config } }).record
const linkEnvironment = ['DB_NAME=/web/db', 'A=link']

it('runs the entrypoint with the command, with name, links and own variables, each once and the own ones last', () => {
  const config = { Entrypoint: ['/entry'], Cmd: ['serve'], Env: ['PATH=/bin', 'A=own'], Tty: true, WorkingDir: '/srv' }
  expect(containerProcess(record(config), rootfs, linkEnvironment)).toMatchObject({
    args: ['/entry', 'serve'],
    env: ['HOSTNAME=web', 'TERM=xterm', 'DB_NAME=/web/db', 'A=own', 'PATH=/bin'],
    cwd: '/srv',
    tty: true,
    user: { uid: 0, gid: 0 },
    privileged: false,
  })
})

it('an exec has its own terminal, user, folder and variables over those of the container', () => {
  const config = { Env: ['A=own', 'B=own'], User: '5:6', WorkingDir: '/srv' }
  const request = {
    Cmd: ['sh'],
    Env: ['B=exec'],
    User: '7',
    WorkingDir: '/tmp',
    Privileged: true,
    ConsoleSize: [30, 100] as [number, number],
  }
  expect(execProcess(record(config), request, { rootfs, linkEnvironment })).toMatchObject({
    args: ['sh'],
    env: ['HOSTNAME=web', 'DB_NAME=/web/db', 'A=own', 'B=exec'],
    cwd: '/tmp',
    tty: false,
    user: { uid: 7 },
    privileged: true,
    consoleSize: { rows: 30, columns: 100 },
  })
  expect(execProcess(record(config), { Cmd: ['sh'] }, { rootfs, linkEnvironment: [] })).toMatchObject({
    cwd: '/srv',
    user: { uid: 5, gid: 6 },
  })
})
