import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, context } from 'esbuild'

/*
 * npm run build: src → dist, one file for each of the two programs. What a command does not use is in the file but not
 * run; that costs less than finding and linking some thirty chunks. With --watch it goes on until Ctrl-C.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DIST = join(ROOT, 'dist')
/** A build is made beside the one in use, and takes its place when it has succeeded. */
const DRAFT = join(ROOT, `dist.${process.pid}`)
const watches = process.argv.includes('--watch')
const outdir = watches ? DIST : DRAFT

/** CommonJS packages in the bundle ask for Node's own modules with `require`. */
const REQUIRE = `import { createRequire as __createRequire } from 'node:module'
const require = __createRequire(import.meta.url)`

/** @type {import('esbuild').BuildOptions} */
const options = {
  absWorkingDir: ROOT,
  entryPoints: ['src/cli/tsc-compose.ts', 'src/cli/tsc-engine.ts'],
  outdir,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Fewer bytes to read and compile at every start; names stay, so that stack traces can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  banner: { js: REQUIRE },
  logLevel: 'warning',
}

await mkdir(outdir, { recursive: true })
await copyScripts()
if (watches) {
  await (await context({ ...options, logLevel: 'info' })).watch()
} else {
  try {
    await build(options)
    await rm(DIST, { recursive: true, force: true })
    await rename(DRAFT, DIST)
  } finally {
    await rm(DRAFT, { recursive: true, force: true })
  }
}

/** The engine's helper scripts lie beside the code that runs them, and in a bundle all code lies in one folder. */
async function copyScripts() {
  const files = await readdir(join(ROOT, 'src/engine'), { recursive: true })
  for (const file of files.filter((name) => name.endsWith('.pl'))) {
    await copyFile(join(ROOT, 'src/engine', file), join(outdir, basename(file)))
  }
}
