import { spawnSync } from 'node:child_process'
import { get } from 'node:http'
import { json } from 'node:stream/consumers'
import { join } from 'node:path'
import { ROOT, runMain, runOwn } from './setup.mjs'

/*
 * The part of npm start that needs root: base images, `tsc-compose up`, and the table of what runs.
 */

const BASE_IMAGES = ['busybox', 'debian:bookworm-slim']
const COMPOSE = [process.execPath, join(ROOT, 'bin/tsc-compose.js')]
const ENGINE = [process.execPath, join(ROOT, 'bin/tsc-engine.js')]
const PROJECT = 'tour'
const state = process.env.TSC_ENGINE_STATE ?? '/run/tsc-compose'
const socketPath = process.env.TSC_ENGINE_SOCKET ?? join(state, 'engine.sock')

const log = (line) => process.stdout.write(`${line}\n`)

await runMain(async () => {
  for (const name of BASE_IMAGES) makeBaseImage(name)
  log('Starting the tour\n  tsc-compose -f compose.example.yml up --detach --wait')
  runOwn([...COMPOSE, '-f', 'compose.example.yml', 'up', '--detach', '--wait'])
  const containers = await listContainers()
  log(`\n${table(containers.map(row))}\n`)
  log(nextSteps(containers))
})

function makeBaseImage(name) {
  const [program, ...args] = ENGINE
  const there = spawnSync(program, [...args, 'image', 'inspect', name], { cwd: ROOT, stdio: 'ignore' })
  if (there.status === 0) return
  log(`Making the base image ${name} from Debian's packages\n  tsc-engine image bootstrap ${name}`)
  runOwn([...ENGINE, 'image', 'bootstrap', name])
}

/** The project's containers as the Engine API lists them, in the order of their services' names. */
async function listContainers() {
  const filters = encodeURIComponent(JSON.stringify({ label: [`com.docker.compose.project=${PROJECT}`] }))
  const containers = await getJson(`/v1.45/containers/json?all=1&filters=${filters}`)
  return containers.sort((a, b) => serviceOf(a).localeCompare(serviceOf(b)))
}

function getJson(path) {
  return new Promise((resolve, reject) => {
    const request = get({ socketPath, path, headers: { host: 'engine' } }, (response) => {
      json(response).then(resolve, reject)
    })
    request.on('error', reject)
  })
}

function row(container) {
  const networks = Object.values(container.NetworkSettings?.Networks ?? {})
  return {
    SERVICE: serviceOf(container),
    STATE: container.State,
    HEALTH: /\((?:health: )?(\w+)\)/.exec(container.State === 'running' ? container.Status : '')?.[1] ?? '-',
    ADDRESS: networks.map((network) => network.IPAddress).find(Boolean) ?? '-',
    PORTS: ports(container).map(printPort).join(', ') || '-',
  }
}

function ports(container) {
  return (container.Ports ?? []).filter((port) => port.PublicPort && !port.IP?.includes(':'))
}

function printPort({ IP, PublicPort, PrivatePort, Type }) {
  return `${IP}:${PublicPort}->${PrivatePort}/${Type}`
}

function serviceOf(container) {
  return container.Labels['com.docker.compose.service']
}

function table(rows) {
  const columns = ['SERVICE', 'STATE', 'HEALTH', 'ADDRESS', 'PORTS']
  const lines = [columns, ...rows.map((cells) => columns.map((name) => cells[name]))]
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index].length)))
  return lines
    .map((line) =>
      line
        .map((cell, index) => cell.padEnd(widths[index]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function nextSteps(containers) {
  const web = containers.filter((container) => serviceOf(container) === 'web').flatMap(ports)
  const port = web.find(({ PrivatePort }) => PrivatePort === 80)?.PublicPort
  const tool = `${process.env.SUDO_USER ? 'sudo ' : ''}npx tsc-compose -f compose.example.yml`
  return `Open http://localhost:${port}/

Next:
  ${tool} ps
  ${tool} logs --follow
  ${tool} graph
  ${tool} down --volumes`
}
