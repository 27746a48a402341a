import type { Command, CommandEntry } from './command.ts'
import type { EngineContext } from './engine-context.ts'

type Entry = CommandEntry<EngineContext>

const entry = (name: string, summary: string, load: () => Promise<Command<EngineContext>>): Entry => ({
  kind: 'command',
  name,
  summary,
  load,
})

const containerVerbs = () => import('./engine-commands/container-verbs.ts')
const imageVerbs = () => import('./engine-commands/image-verbs.ts')
const lists = () => import('./engine-commands/lists.ts')
const removals = () => import('./engine-commands/removals.ts')
const about = () => import('./engine-commands/about.ts')

const history = entry(
  'history',
  'Show the history of an image',
  async () => (await import('./engine-commands/history.ts')).history,
)
const importImage = entry(
  'import',
  'Import the contents from a tarball to create a filesystem image',
  async () => (await imageVerbs()).importImage,
)
const pull = entry('pull', 'Download an image from a registry', async () => (await imageVerbs()).pull)
const tag = entry('tag', 'Create a tag that refers to an image', async () => (await imageVerbs()).tag)

/** The commands of `tsc-engine`; each is loaded when it is run. */
export const engineCommands: readonly Entry[] = [
  entry('build', 'Build an image from a Dockerfile', async () => (await import('./engine-commands/build.ts')).build),
  history,
  {
    kind: 'group',
    name: 'image',
    summary: 'Manage images',
    commands: [
      entry(
        'bootstrap',
        "Make a base image from the distribution's packages: busybox, debian:bookworm-slim",
        async () => (await imageVerbs()).bootstrap,
      ),
      history,
      importImage,
      entry('inspect', 'Display detailed information on images', async () => (await imageVerbs()).inspectImage),
      entry('ls', 'List images', async () => (await import('./engine-commands/images.ts')).images),
      pull,
      entry('rm', 'Remove images', async () => (await imageVerbs()).rmi),
      tag,
    ],
  },
  entry('images', 'List images', async () => (await import('./engine-commands/images.ts')).images),
  importImage,
  entry('info', 'Display system-wide information', async () => (await about()).info),
  entry(
    'inspect',
    'Return low-level information on containers, images, networks and volumes',
    async () => (await containerVerbs()).inspect,
  ),
  entry('logs', 'Fetch the logs of a container', async () => (await containerVerbs()).logs),
  {
    kind: 'group',
    name: 'network',
    summary: 'Manage networks',
    commands: [
      entry('ls', 'List networks', async () => (await lists()).networkLs),
      entry('rm', 'Remove networks', async () => (await removals()).networkRm),
    ],
  },
  entry('ps', 'List containers', async () => (await import('./engine-commands/ps.ts')).ps),
  pull,
  entry('rm', 'Remove containers', async () => (await removals()).rm),
  entry('rmi', 'Remove images', async () => (await imageVerbs()).rmi),
  entry('serve', 'Run the engine in the foreground', async () => (await import('./engine-commands/serve.ts')).serve),
  tag,
  entry('version', 'Show the versions of the client and of the engine', async () => (await about()).version),
  {
    kind: 'group',
    name: 'volume',
    summary: 'Manage volumes',
    commands: [
      entry('ls', 'List volumes', async () => (await lists()).volumeLs),
      entry('rm', 'Remove volumes', async () => (await removals()).volumeRm),
    ],
  },
]
