import { join } from 'node:path'
import { ROOT, asRoot, runMain, runOwn, setup } from './setup.mjs'

/*
 * npm start: installs what is missing, then (as root, through sudo where needed) brings the tour up and shows it.
 */

const KEPT = ['TSC_ENGINE_ROOT', 'TSC_ENGINE_STATE', 'TSC_ENGINE_SOCKET', 'TOUR_PORT', 'TOUR_REDIS_PORT']

await runMain(() => {
  setup({ log: (line) => process.stdout.write(`${line}\n`) })
  runOwn(asRoot([process.execPath, join(ROOT, 'scripts/tour.mjs')], KEPT))
})
