// Records what Docker's own compose prints for test/golden/compose/*: expected.yaml and expected.json of each case
// that it accepts. Cases with an expected-errors.txt are ours and stay as they are.
//   node scripts/record-compose-goldens.mjs /path/to/docker-compose [CASE...]
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const [program, ...chosen] = process.argv.slice(2)
if (!program) throw new Error('usage: node scripts/record-compose-goldens.mjs /path/to/docker-compose [CASE...]')

const goldens = fileURLToPath(new URL('../test/golden/compose', import.meta.url))
const names = chosen.length > 0 ? chosen : await readdir(goldens)
for (const name of names) {
  const files = await readdir(join(goldens, name))
  if (files.includes('expected-errors.txt')) continue
  const options = files.includes('case.json')
    ? JSON.parse(await readFile(join(goldens, name, 'case.json'), 'utf8'))
    : {}
  const folder = await mkdtemp(join(tmpdir(), 'golden-'))
  const project = join(folder, 'project')
  try {
    await cp(join(goldens, name), project, { recursive: true })
    const args = [
      ...(options.projectName ? ['-p', options.projectName] : []),
      ...(options.projectDirectory ? ['--project-directory', options.projectDirectory] : []),
      ...(options.files ?? []).flatMap((file) => ['-f', file]),
      ...(options.envFiles ?? []).flatMap((file) => ['--env-file', file]),
      ...(options.profiles ?? []).flatMap((profile) => ['--profile', profile]),
      'config',
    ]
    const settings = {
      cwd: project,
      timeout: 10_000,
      env: { PATH: process.env.PATH, HOME: '/home/user', ...options.env },
    }
    for (const format of ['yaml', 'json']) {
      const { stdout } = await run(program, [...args, '--format', format], settings)
      await writeFile(
        join(goldens, name, `expected.${format}`),
        stdout.replaceAll(project, '/project').replaceAll(folder, ''),
      )
    }
  } catch (error) {
    console.error(`${name}: ${error.stderr ?? error.message}`)
  } finally {
    await rm(folder, { recursive: true })
  }
}
