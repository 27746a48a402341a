import type { FileObjectModel, FileReferenceModel, Project } from '../compose/model.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import { defined } from '../lib/defined.ts'
import type { MountSpec } from '../port/containers.ts'
import type { FileMount } from './desired.ts'

export interface FileObjects {
  /** Configs and secrets from files: read-only bind mounts. */
  readonly mounts: readonly MountSpec[]
  /** Those given as text, to be written first. */
  readonly files: readonly FileMount[]
  readonly diagnostics: readonly Diagnostic[]
}

interface Kind {
  readonly plural: 'configs' | 'secrets'
  /** Where a target without a leading slash lies. */
  readonly folder: string
}

const KINDS: readonly Kind[] = [
  { plural: 'configs', folder: '/' },
  { plural: 'secrets', folder: '/run/secrets/' },
]

const DEFAULT_MODE = 0o444

export const fileObjects = (project: Project, serviceName: string): FileObjects => {
  const mounts: MountSpec[] = []
  const files: FileMount[] = []
  const diagnostics: Diagnostic[] = []
  for (const kind of KINDS) {
    const references = project.model.services[serviceName]?.[kind.plural] ?? []
    references.forEach((reference, index) => {
      const definition = project.model[kind.plural][reference.source]
      const where = project.where(`services.${serviceName}.${kind.plural}.${index}`)
      const tell = (severity: Diagnostic['severity'], message: string): void => {
        const code = severity === 'error' ? 'E_PLAN_FILE_OBJECT' : 'E_PLAN_IGNORED'
        diagnostics.push({ severity, code, message, ...(where ? { where } : {}) })
      }
      const name = `${kind.plural}.${reference.source}`
      const text = textOf(definition, project)
      if (definition?.file !== undefined) {
        if (reference.uid ?? reference.gid ?? reference.mode) {
          tell('warning', `uid, gid and mode of ${name} have no effect: the file is mounted with its own`)
        }
        mounts.push(mountOf(kind, reference, definition.file))
      } else if (text !== undefined) {
        files.push({ material: materialOf(kind, reference, text), mount: mountOf(kind, reference) })
      } else if (definition?.environment !== undefined) {
        tell(
          'error',
          `Cannot give ${name} to service "${serviceName}": variable "${definition.environment}" is not set`,
        )
      } else {
        tell('error', `Cannot give ${name} to service "${serviceName}": it has no file, content or environment`)
      }
    })
  }
  return { mounts, files, diagnostics }
}

const textOf = (definition: FileObjectModel | undefined, project: Project): string | undefined =>
  definition?.content ?? project.environment[definition?.environment ?? '']

const mountOf = ({ folder }: Kind, reference: FileReferenceModel, source?: string): MountSpec => {
  const target = reference.target ?? reference.source
  return defined({
    Type: 'bind' as const,
    Source: source,
    Target: target.startsWith('/') ? target : folder + target,
    ReadOnly: true,
  })
}

const materialOf = ({ plural }: Kind, reference: FileReferenceModel, text: string): FileMount['material'] =>
  defined({
    name: `${plural}/${reference.source}`,
    text,
    mode: reference.mode === undefined ? DEFAULT_MODE : Number.parseInt(reference.mode, 8),
    uid: reference.uid === undefined ? undefined : Number(reference.uid),
    gid: reference.gid === undefined ? undefined : Number(reference.gid),
  })
