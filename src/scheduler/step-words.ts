import type { Action, ActionArgs, ActionKind } from '../plan/action.ts'

/** How a step is told: whose it is, and the words at its beginning and its end; null: nothing is said. */
export interface Words {
  readonly id: string
  readonly begin: string | null
  readonly end: string | null
}

type Table = { readonly [K in ActionKind]: (args: ActionArgs[K]) => Words }

const words = (id: string, begin: string | null, end: string | null): Words => ({ id, begin, end })

/** Compose's ids and words. A replacement is told as one thing, from `Recreate` to `Recreated`. */
const TABLE: Table = {
  'image.pull': ({ image }) => words(`Image ${image}`, 'Pulling', 'Pulled'),
  'image.build': ({ image }) => words(`Image ${image}`, 'Building', 'Built'),
  'image.remove': ({ image }) => words(`Image ${image}`, 'Removing', 'Removed'),
  'network.create': ({ create }) => words(`Network ${create.Name}`, 'Creating', 'Created'),
  'network.remove': ({ name }) => words(`Network ${name}`, 'Removing', 'Removed'),
  'volume.create': ({ create }) => words(`Volume ${create.Name ?? ''}`, 'Creating', 'Created'),
  'volume.remove': ({ name }) => words(`Volume ${name}`, 'Removing', 'Removed'),
  'container.create': ({ name, replaces }) =>
    replaces ? words(`Container ${name}`, 'Recreate', null) : words(`Container ${name}`, 'Creating', 'Created'),
  'container.start': ({ container }) => words(`Container ${container.name}`, 'Starting', 'Started'),
  'container.stop': ({ container, replaced }) =>
    replaced
      ? words(`Container ${container.name}`, null, null)
      : words(`Container ${container.name}`, 'Stopping', 'Stopped'),
  'container.restart': ({ container }) => words(`Container ${container.name}`, 'Restarting', 'Started'),
  'container.kill': ({ container }) => words(`Container ${container.name}`, 'Killing', 'Killed'),
  'container.remove': ({ container, replaced }) =>
    replaced
      ? words(`Container ${container.name}`, null, null)
      : words(`Container ${container.name}`, 'Removing', 'Removed'),
  'container.rename': ({ to, replaces }) => words(`Container ${to}`, null, replaces ? 'Recreated' : null),
  'wait.healthy': ({ service }) => words(service, null, null),
  'wait.completed': ({ service }) => words(service, null, null),
}

export const wordsOf = <K extends ActionKind>(action: Action<K>): Words => {
  const row: (args: ActionArgs[K]) => Words = TABLE[action.kind]
  return row(action)
}
