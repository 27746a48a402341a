import { ComposeError } from './compose-error.ts'
import { interpolate } from './interpolate/interpolate.ts'
import { parseFile, prepareDocuments } from './load-file.ts'
import { type Node, child, map, text } from './node.ts'
import { type PhaseContext, type State, merged, runPhases } from './phases.ts'
import { type Report, createReport } from './report.ts'
import { type SourceOptions, type Sources, findSources, splitList } from './source/find-sources.ts'
import { normalizeName, projectName } from './source/project-name.ts'

export interface OpenOptions extends SourceOptions {
  readonly projectName?: string | undefined
  readonly profiles: readonly string[]
  readonly services?: readonly string[]
  readonly interpolate?: boolean
  readonly allResources?: boolean
}

export interface OpenProject {
  readonly state: State
  readonly context: PhaseContext
  readonly sources: Sources
  /** The main files' documents as parsed. */
  readonly documents: readonly Node[]
}

/**
 * Reads the files of a project and runs the phases on them, up to and with `until`.
 * @throws ComposeError when there are findings, after as many phases as could run
 */
export const openProject = async (options: OpenOptions, until?: string): Promise<OpenProject> => {
  const report = createReport()
  const sources = await findSources(options, report)
  const documents = sources.files.flatMap((file) => {
    const found = parseFile(file, report)
    if (found.length === 0 && report.errors.length === 0) {
      const hint = 'Add a "services" mapping'
      report.error({ code: 'E_COMPOSE_INVALID', message: `${file.path}: empty compose file`, path: '', hint })
    }
    return found
  })
  const name = chooseName(options, sources, documents, report)
  const environment: Readonly<Record<string, string>> = { ...sources.environment, COMPOSE_PROJECT_NAME: name }
  const context: PhaseContext = {
    report,
    projectName: name,
    environment,
    home: environment['HOME'] ?? '/root',
    profiles: options.profiles.length > 0 ? options.profiles : splitList(environment['COMPOSE_PROFILES'], ','),
    services: options.services ?? [],
    allResources: options.allResources ?? false,
    interpolate: options.interpolate ?? true,
    readFile: options.readFile,
  }
  const prepared = await prepareDocuments(documents, context)
  const [first, ...rest] = prepared
  if (!first) throw new ComposeError([...report.errors, ...report.warnings])
  const start = merged([first, ...rest], report)
  const state = until === 'merge' ? start : await runPhases(start, context, until)
  throwErrors(report)
  return { state, context, sources, documents }
}

const throwErrors = ({ errors, warnings }: Report): void => {
  if (errors.length > 0) throw new ComposeError([...errors, ...warnings])
}

/** Known before interpolation, which sees it as COMPOSE_PROJECT_NAME; the top-level `name` may use variables itself. */
const chooseName = (
  options: OpenOptions,
  { environment, projectDirectory }: Sources,
  documents: readonly Node[],
  report: Report,
): string => {
  const written = documents.map((document) => child(document, 'name')).findLast((node) => node !== undefined)
  const alone = written && map([['name', { key: written.at, value: written }]], written.at)
  const filled = alone && interpolate(alone, { environment, report: createReport(), interpolate: true })
  const wanted = text(child(filled, 'name')) ?? ''
  const file = normalizeName(wanted)
  if (file !== wanted) {
    const message = `name: "${wanted}" becomes "${file}"`
    const hint = 'Use lower-case letters, digits, "-" and "_" only'
    report.warning({ code: 'E_COMPOSE_DISCOURAGED', message, path: 'name', place: written?.at, hint })
  }
  return projectName({
    option: options.projectName,
    variable: environment['COMPOSE_PROJECT_NAME'],
    file,
    projectDirectory,
  })
}
