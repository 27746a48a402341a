import type { Project } from '../compose/model.ts'
import { AppError, isAppError } from '../errors/app-error.ts'
import { suggest } from '../lib/suggest.ts'
import { LABEL } from '../plan/labels.ts'
import type { ContainerSummary } from '../port/containers.ts'
import type { ComposeContext } from './compose-context.ts'
import { displayName } from './display-name.ts'

/** The project that a command is about: known by its files, or by its name alone. */
export interface Target {
  readonly name: string
  readonly project?: Project
}

/** With a project name and no file given, the engine's labels are enough and no file is read. */
export const findTarget = async (cx: ComposeContext, services: readonly string[] = []): Promise<Target> => {
  const { projectName, file } = cx.globals
  if (projectName && file.length === 0) return { name: projectName }
  try {
    const project = await cx.project({ services })
    return { name: project.model.name, project }
  } catch (error) {
    const name = cx.io.env['COMPOSE_PROJECT_NAME']
    if (name && isAppError(error, 'E_COMPOSE_NO_FILE')) return { name }
    throw error
  }
}

/** A container of the project, with what its labels say. */
export interface ProjectContainer {
  readonly summary: ContainerSummary
  readonly id: string
  /** Without the leading slash. */
  readonly name: string
  /** `web-1`. */
  readonly displayName: string
  readonly service: string
  readonly number: number
  readonly oneOff: boolean
}

/** All containers of a project, in the order of their names. */
export const listContainers = async (cx: ComposeContext, project: string): Promise<ProjectContainer[]> => {
  const engine = await cx.engine()
  const filters = { label: [`${LABEL.project}=${project}`] }
  const found = await engine.containers.list({ all: true, filters, signal: cx.signal })
  return found
    .map((summary) => toProjectContainer(summary, project))
    .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)))
}

const toProjectContainer = (summary: ContainerSummary, project: string): ProjectContainer => {
  const name = (summary.Names[0] ?? summary.Id).replace(/^\//, '')
  return {
    summary,
    id: summary.Id,
    name,
    displayName: displayName({ name, labels: summary.Labels, project }),
    service: summary.Labels[LABEL.service] ?? '',
    number: Number(summary.Labels[LABEL.number] ?? 0),
    oneOff: summary.Labels[LABEL.oneOff] === 'True',
  }
}

/**
 * Of containers, those of the named services; all when none is named.
 * @throws E_CLI_NO_SERVICE when neither the project nor a container knows a name
 */
export const ofServices = (
  containers: readonly ProjectContainer[],
  services: readonly string[],
  { project }: Target,
): ProjectContainer[] => {
  if (services.length === 0) return [...containers]
  const known = project
    ? [...Object.keys(project.model.services), ...Object.keys(project.disabledServices)]
    : containers.map(({ service }) => service)
  for (const name of services) if (!known.includes(name)) throw noSuchService(name, known)
  return containers.filter(({ service }) => services.includes(service))
}

export const noSuchService = (name: string, known: readonly string[]): AppError => {
  const near = suggest(name, known)
  return new AppError('E_CLI_NO_SERVICE', `no such service: ${name}`, near ? { hint: `Did you mean "${near}"?` } : {})
}
