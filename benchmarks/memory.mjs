import { readFileSync, readdirSync, readlinkSync } from 'node:fs'

/** All processes of the machine: `{ pid, parent, command, environment, cwd }`, words apart by spaces. */
export function processTable() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({
      pid: Number(name),
      parent: Number(/\) \S (\d+)/.exec(read(name, 'stat'))?.[1] ?? 0),
      command: read(name, 'cmdline').replaceAll('\0', ' '),
      environment: read(name, 'environ').replaceAll('\0', ' '),
      cwd: workingFolder(name),
    }))
}

/** Memory of some processes together in bytes: `pss` counts shared pages once, `rss` in each process. */
export function memoryOf(pids) {
  const sum = (key) => pids.reduce((total, pid) => total + rollup(pid, key), 0)
  return { pss: sum('Pss'), rss: sum('Rss') }
}

function rollup(pid, key) {
  const match = new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(read(pid, 'smaps_rollup'))
  return Number(match?.[1] ?? 0) * 1024
}

/** Empty when the process is gone. */
function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

function workingFolder(pid) {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return ''
  }
}
