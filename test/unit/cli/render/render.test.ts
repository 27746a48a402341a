import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createOutput } from '../../../../src/cli/output.ts'
import { clean } from '../../../../src/cli/render/clean.ts'
import { errorReport, exitCodeOf } from '../../../../src/cli/render/error-report.ts'
import { goTemplate } from '../../../../src/cli/render/go-template.ts'
import { humanDuration } from '../../../../src/cli/render/human-time.ts'
import { jsonProgress } from '../../../../src/cli/render/json.ts'
import { plainProgress } from '../../../../src/cli/render/plain.ts'
import { printPorts } from '../../../../src/cli/render/ports.ts'
import { type ProgressEntry, progressBlock } from '../../../../src/cli/render/progress-block.ts'
import { style } from '../../../../src/cli/render/style.ts'
import { table } from '../../../../src/cli/render/table.ts'
import { ttyProgress } from '../../../../src/cli/render/tty.ts'
import { ComposeError } from '../../../../src/compose/compose-error.ts'
import { AppError } from '../../../../src/errors/app-error.ts'

const sink = () => {
  const stream = new PassThrough()
  return { output: createOutput(stream, () => undefined), text: () => String(stream.read() ?? '') }
}

const entry = (id: string, text: string, ended?: number): ProgressEntry => ({
  event: { id, text, status: ended === undefined ? 'working' : 'done' },
  began: 0,
  ...(ended === undefined ? {} : { ended }),
})

describe('the live block', () => {
  const setting = { title: 'Running', columns: 60, rows: 10, now: 1500, style: style(false) }

  it('shows marks, aligned names and times to the right', () => {
    const lines = progressBlock([entry('Container p-db-1', 'Started', 300), entry('Network p', 'Creating')], setting)
    expect(lines).toEqual([
      '[+] Running 1/2',
      ' ✔ Container p-db-1  Started                           0.3s ',
      ' ⠴ Network p         Creating                          1.5s ',
    ])
  })

  it('never runs over the width or the rows, and keeps those at work', () => {
    const many = Array.from({ length: 30 }, (_, index) => entry(`Container p-web-${index}`, 'Started', 1))
    const lines = progressBlock([...many, entry('Container p-last', 'A'.repeat(200))], setting)
    expect(lines).toHaveLength(10)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60)
    expect(lines.join('\n')).toContain('p-last')
  })

  it('ends with its final state on the terminal', async () => {
    const { output, text } = sink()
    const progress = ttyProgress({ output, style: style(false), title: 'Running' })
    progress.emit({ id: 'Network p', status: 'working', text: 'Creating' })
    progress.emit({ id: 'Network p', status: 'done', text: 'Created' })
    await progress.close()
    expect(text()).toContain('[+] Running 1/1\n ✔ Network p  Created')
  })
})

describe('plain and JSON progress', () => {
  const events = [
    { id: 'Container p-web-1', status: 'working', text: 'Starting' },
    { id: 'Container p-web-1', status: 'working', text: 'Starting' },
    { id: 'Container p-web-1', status: 'error', text: 'Error', details: 'no\u001b[2Jspace' },
  ] as const

  it('prints a line for each change, without control characters', async () => {
    const { output, text } = sink()
    const progress = plainProgress({ output })
    for (const event of events) progress.emit(event)
    await progress.close()
    expect(text()).toBe(' Container p-web-1  Starting\n Container p-web-1  Error no[2Jspace\n')
  })

  it('prints an object for each event', async () => {
    const { output, text } = sink()
    const progress = jsonProgress({ output })
    progress.emit({ id: 'a1', parentId: 'Image x', status: 'working', text: 'Pulling', current: 1, total: 3 })
    await progress.close()
    expect(text()).toBe('{"id":"a1","parent_id":"Image x","status":"Pulling","current":1,"total":3,"percent":33}\n')
  })
})

describe('errorReport', () => {
  it('prints message and hint', () => {
    const error = new AppError('E_CLI_USAGE', 'unknown flag: --x', { hint: 'Did you mean --y?' })
    expect(errorReport(error)).toBe('unknown flag: --x\n  Did you mean --y?\n')
    expect(exitCodeOf(error)).toBe(1)
  })

  it('prints all findings of a file with their carets', () => {
    const where = { file: 'c.yml', line: 2, column: 3, text: '  imag: x', length: 4 }
    const error = new ComposeError([
      {
        severity: 'error',
        code: 'E_COMPOSE_INVALID',
        message: 'unknown attribute "imag"',
        where,
        hint: 'did you mean "image"?',
      },
      { severity: 'warning', code: 'E_COMPOSE_INVALID', message: 'version is obsolete' },
    ])
    expect(errorReport(error)).toBe(
      [
        'c.yml:2:3: error: unknown attribute "imag"',
        '      imag: x',
        '      ^^^^',
        '  did you mean "image"?',
        'warning: version is obsolete',
        '',
      ].join('\n'),
    )
  })

  it('tells the same failure of many steps once', () => {
    const error = new AppError('E_CLI_FAILED', 'no space left', { hint: 'Free some' })
    expect(errorReport(new AggregateError([error, error]))).toBe('no space left\n  Free some\n')
  })

  it('shows code, stack and causes with debug only', () => {
    const error = new AppError('E_CLI_FILE', 'Cannot read it', { cause: new Error('EACCES here') })
    expect(errorReport(error)).not.toContain('EACCES')
    expect(errorReport(error, { debug: true })).toMatch(/E_CLI_FILE: [\s\S]*EACCES here/)
  })

  it('lets no control sequence of a message through', () => {
    expect(errorReport(new AppError('E_CLI_FILE', 'bad \u001b]0;title\u0007 name'))).not.toContain('\u001b')
  })
})

it('clean keeps tabs and line breaks and drops what commands a terminal', () => {
  expect(clean('a\tb\nc\r\u001b[31md\u009b\u202ee')).toBe('a\tb\nc[31mde')
})

it('printPorts joins neighbours and puts mappings last, as docker does', () => {
  const port = (PrivatePort: number, PublicPort?: number, IP?: string, Type = 'tcp') => ({
    PrivatePort,
    Type,
    ...(PublicPort === undefined ? {} : { PublicPort }),
    ...(IP === undefined ? {} : { IP }),
  })
  expect(printPorts([port(80, 8081, '0.0.0.0'), port(80, 8081, '::'), port(53, 32_773, '127.0.0.1', 'udp')])).toBe(
    '127.0.0.1:32773->53/udp, 0.0.0.0:8081->80/tcp, [::]:8081->80/tcp',
  )
  expect(printPorts([port(9001, 9001, '0.0.0.0'), port(9000, 9000, '0.0.0.0'), port(6379), port(6380)])).toBe(
    '6379-6380/tcp, 0.0.0.0:9000-9001->9000-9001/tcp',
  )
})

it.each([
  [0.4, 'Less than a second'],
  [1.5, '1 second'],
  [59, '59 seconds'],
  [90, 'About a minute'],
  [600, '10 minutes'],
  [3600, 'About an hour'],
  [7200, '2 hours'],
  [4 * 86_400, '4 days'],
  [21 * 86_400, '3 weeks'],
  [100 * 86_400, '3 months'],
  [1000 * 86_400, '2 years'],
])('humanDuration of %d seconds is %s', (seconds, text) => {
  expect(humanDuration(seconds)).toBe(text)
})

describe('goTemplate', () => {
  const row = { Name: 'p-web-1', Ports: '80->80', Publishers: [{ URL: '<' }], LabelMap: { 'a.b': 'c' } }
  const fields = ['Name', 'Ports', 'Publishers']

  it.each([
    ['{{.Name}} {{.Ports}}', 'p-web-1 80->80'],
    ['{{ upper .Name }}', 'P-WEB-1'],
    ['{{json .Publishers}}', '[{"URL":"\\u003c"}]'],
    ['{{.Label "a.b"}}', 'c'],
    [String.raw`{{.Name}}\tx`, 'p-web-1\tx'],
    ['pretty', 'pretty'],
  ])('%s', (template, expected) => {
    expect(goTemplate(template, fields)(row)).toBe(expected)
  })

  it('refuses fields that are not there', () => {
    expect(() => goTemplate('{{.Bogus}}', fields)).toThrow('template parsing error: cannot use "{{.Bogus}}"')
  })
})

it('table pads cells to at least ten characters, but for the last column', () => {
  expect(
    table([
      ['NAME', 'PORTS'],
      ['p-web-1-long', ''],
      ['x', '80'],
    ]),
  ).toBe('NAME           PORTS\np-web-1-long   \nx              80\n')
})
