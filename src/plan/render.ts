import { printDiagnostic } from '../errors/diagnostic.ts'
import type { Action, ActionArgs, ActionKind, ContainerRef } from './action.ts'
import type { Plan, Step } from './plan.ts'

/**
 * A plan for people, the text of `--dry-run`: step, what it waits for (`?`: however that ends), action, what it is
 * about, and why:
 *
 *     1           network.create    p_default  not found
 *     2 <- 1      container.create  web/1      replaces web/1 (image changed)
 */
export const renderPlan = (plan: Plan): string => {
  const rows = plan.steps.map((step) => [orderText(step), step.action.kind, subject(step.action), step.cause])
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const notes = plan.diagnostics.map(printDiagnostic)
  return [...notes, ...lines].map((line) => `${line}\n`).join('')
}

const orderText = ({ id, after, afterEnd }: Step): string => {
  const before = [...after.map(String), ...afterEnd.map((other) => `${other}?`)]
  return before.length === 0 ? String(id) : `${id} <- ${before.join(',')}`
}

const ref = ({ service, number }: Pick<ContainerRef, 'service' | 'number'>): string => `${service}/${number}`

const SUBJECT: { readonly [K in ActionKind]: (args: ActionArgs[K]) => string } = {
  'image.pull': ({ image }) => image,
  'image.build': ({ image }) => image,
  'image.remove': ({ image }) => image,
  'network.create': ({ create }) => create.Name,
  'network.remove': ({ name }) => name,
  'volume.create': ({ create }) => create.Name ?? '',
  'volume.remove': ({ name }) => name,
  'container.create': ({ service, number }) => ref({ service: service.name, number }),
  'container.start': ({ container }) => ref(container),
  'container.stop': ({ container }) => ref(container),
  'container.restart': ({ container }) => ref(container),
  'container.kill': ({ container }) => ref(container),
  'container.remove': ({ container }) => ref(container),
  'container.rename': ({ container }) => ref(container),
  'wait.healthy': ({ service }) => service,
  'wait.completed': ({ service }) => service,
}

/** What an action is about: `web/1`, a network's name, an image. */
export const subject = <K extends ActionKind>(action: Action<K>): string => {
  const print: (args: ActionArgs[K]) => string = SUBJECT[action.kind]
  return print(action)
}
