import { expect, it } from 'vitest'
import type { LogPrinter } from '../../../../src/cli/attach/log-printer.ts'
import type { Progress } from '../../../../src/cli/render/progress.ts'
import { Stage } from '../../../../src/cli/up/stage.ts'
import type { Action } from '../../../../src/plan/action.ts'
import type { Plan } from '../../../../src/plan/plan.ts'

const container = (name: string) => ({ target: name, name, service: name, number: 1 })
const network: Action = { kind: 'network.create', create: { Name: 'net' } }
const removal: Action = {
  kind: 'container.remove',
  container: container('old'),
  force: false,
  volumes: false,
  replaced: false,
}
const start: Action = { kind: 'container.start', container: container('web') }
const plan: Plan = {
  project: 'p',
  steps: [network, removal, start].map((action, index) => ({
    id: index + 1,
    after: [],
    afterEnd: [],
    action,
    cause: '',
  })),
  kept: [],
  diagnostics: [],
}

/** Everything that is shown, in order. */
const theatre = () => {
  const shown: string[] = []
  const progress = (name: string): Progress => ({
    emit: ({ id, text }) => shown.push(`${name}: ${id} ${text}`),
    note: async (text) => void shown.push(`${name}: ${text}`),
    close: async () => void shown.push(`${name} closes`),
  })
  const printer: LogPrinter = {
    introduce: () => undefined,
    print: async (name, lines) => void shown.push(`${name} prints ${lines.length}`),
    note: async (text) => void shown.push(text),
  }
  const stage = new Stage({ block: progress('block'), lines: progress('lines') })
  return { shown, stage, printer: stage.printing(printer) }
}

it('keeps the block until all but the starts is done, and what containers print until the block has gone', async () => {
  const { shown, stage, printer } = theatre()
  stage.begin(plan, async () => void shown.push('attaching'))
  stage.emit({ id: 'Network net', status: 'done', text: 'Created' })
  stage.emit({ id: 'Container web', status: 'working', text: 'Starting' })
  const printed = printer.print('web', [])
  stage.emit({ id: 'Container old', status: 'working', text: 'Removing' })
  stage.emit({ id: 'Container old', status: 'done', text: 'Removed' })
  stage.emit({ id: 'Container web', status: 'done', text: 'Started' })
  await printed
  expect(shown).toEqual([
    'block: Network net Created',
    'block: Container old Removing',
    'block: Container old Removed',
    'block closes',
    'attaching',
    'web prints 0',
  ])
})

it('tells a failure after that as a line', async () => {
  const { shown, stage } = theatre()
  stage.begin({ ...plan, steps: plan.steps.slice(2) }, async () => undefined)
  stage.emit({ id: 'Container web', status: 'working', text: 'Starting' })
  stage.emit({ id: 'Container web', status: 'error', text: 'Error' })
  await stage.close()
  expect(shown).toEqual(['block closes', 'lines: Container web Error', 'lines closes'])
})

it('lets containers print when coming up has failed half-way', async () => {
  const { shown, stage, printer } = theatre()
  stage.begin(plan, async () => undefined)
  const printed = printer.note('web exited with code 1')
  stage.emit({ id: 'Network net', status: 'error', text: 'Error' })
  await stage.close()
  await printed
  expect(shown).toEqual(['block: Network net Error', 'block closes', 'lines closes', 'web exited with code 1'])
})
