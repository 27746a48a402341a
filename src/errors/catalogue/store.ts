import { errorRows } from './row.ts'

export const storeErrors = errorRows({
  E_STORE_LOCKED: {
    title: 'Another engine uses this data root',
    hint: 'Stop it, or give this one another --root',
    exit: 1,
    http: 500,
  },
  E_STORE_FULL: { title: 'No space is left on the data root', hint: 'Free space, or move --root', exit: 1, http: 507 },
})
