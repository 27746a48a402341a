import { fileURLToPath } from 'node:url'

/** Small young generations and compact code: an engine is there all day and mostly waits, so memory counts before speed. */
const NODE_FLAGS = ['--max-semi-space-size=1', '--optimize-for-size']

/** Program and first arguments of `tsc-engine`, as seen from a bundle in dist/. */
export const engineProgramLine = (): string[] => [
  process.execPath,
  ...NODE_FLAGS,
  fileURLToPath(new URL('../bin/tsc-engine.js', import.meta.url)),
]
