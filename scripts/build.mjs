import { execFileSync } from 'node:child_process'
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

/** The bundles are CommonJS, which starts faster and can be compiled beforehand; helper scripts are found from this. */
const URL_OF_BUNDLE = `const __bundleUrl = require('node:url').pathToFileURL(__filename).href;`

/** @type {import('esbuild').BuildOptions} */
const options = {
  absWorkingDir: ROOT,
  entryPoints: ['src/cli/tsc-compose.ts', 'src/cli/tsc-engine.ts'],
  outdir,
  bundle: true,
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  define: { 'import.meta.url': '__bundleUrl' },
  platform: 'node',
  target: 'node20',
  // Fewer bytes to read and compile at every start; names stay, so that stack traces can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  banner: { js: URL_OF_BUNDLE },
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
    writeCodeCaches()
  } finally {
    await rm(DRAFT, { recursive: true, force: true })
  }
}

/** One file is enough to have the whole way from a compose file to the model compiled. */
function writeCodeCaches() {
  const write = (...args) =>
    execFileSync(process.execPath, [join(ROOT, 'scripts/write-code-cache.cjs'), ...args], { stdio: 'ignore' })
  write('tsc-compose', '--file', join(ROOT, 'compose.example.yml'), 'config', '--quiet')
  write('tsc-engine', '--version')
}

/** The engine's helper scripts lie beside the code that runs them, and in a bundle all code lies in one folder. */
async function copyScripts() {
  const files = await readdir(join(ROOT, 'src/engine'), { recursive: true })
  for (const file of files.filter((name) => name.endsWith('.pl'))) {
    await copyFile(join(ROOT, 'src/engine', file), join(outdir, basename(file)))
  }
}
