import { errorRows } from './row.ts'

export const runtimeErrors = errorRows({
  E_RUNTIME_MISSING: {
    title: 'No OCI runtime is installed',
    hint: 'Install it: apt-get install crun',
    exit: 1,
    http: 500,
  },
})
