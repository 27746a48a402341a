import { errorRows } from './row.ts'

export const hostErrors = errorRows({
  E_HOST_NOT_ROOT: {
    title: 'The engine needs root',
    hint: 'Run it as root, for example with sudo',
    exit: 1,
    http: 500,
  },
  E_HOST_COMMAND: { title: 'A system command failed', hint: 'Read what the command said', exit: 1, http: 500 },
  E_HOST_MISSING: {
    title: 'A system program is not installed',
    hint: 'Install the package that is named',
    exit: 1,
    http: 500,
  },
  E_HOST_CGROUP: {
    title: 'Control groups cannot be used',
    hint: 'Check /proc/mounts for cgroup or cgroup2, and what runs in the group that is named',
    exit: 1,
    http: 500,
  },
})
