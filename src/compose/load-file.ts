import { dirname } from 'node:path'
import { applyExtends } from './extends.ts'
import { type InterpolateContext, interpolate } from './interpolate/interpolate.ts'
import { type Node, type SourceFile, entriesOf, sourceFile } from './node.ts'
import type { Report } from './report.ts'
import { parseYaml } from './source/parse-yaml.ts'

export interface FileContext extends InterpolateContext {
  readonly home: string
  readonly readFile: (path: string) => Promise<string | undefined>
}

/** The documents of a compose file. What is wrong is reported; documents that cannot be read are left out. */
export const parseFile = (source: SourceFile, report: Report): Node[] => {
  const documents = parseYaml(source, report).filter((document) => isMapping(document, report))
  for (const document of documents) warnVersion(document, report)
  return documents
}

const isMapping = (document: Node, report: Report): boolean => {
  if (document.kind === 'map') return true
  const message = 'Cannot read the compose file: its top level must be a mapping'
  report.error({ code: 'E_COMPOSE_VALUE', message, path: '', place: document.at })
  return false
}

const warnVersion = (document: Node, report: Report): void => {
  const version = entriesOf(document).get('version')
  if (!version) return
  const file = document.at.source.path
  report.warning({
    code: 'E_COMPOSE_DISCOURAGED',
    message: `${file}: the attribute \`version\` is obsolete, it will be ignored, please remove it to avoid potential confusion`,
    path: 'version',
    place: version.key,
    hint: 'Remove the line',
  })
}

/** Makes documents ready to be merged: variables replaced, `extends` applied. */
export const prepareDocuments = async (documents: readonly Node[], context: FileContext): Promise<Node[]> => {
  const bases = new Map<string, Promise<Node | undefined>>()
  const loadFile = (path: string): Promise<Node | undefined> => {
    const base = bases.get(path) ?? loadBase(path, context)
    bases.set(path, base)
    return base
  }
  const { report, home } = context
  const prepared: Node[] = []
  for (const document of documents) {
    prepared.push(await applyExtends(interpolate(document, context), { report, home, loadFile }))
  }
  return prepared
}

/** A file that `extends` names; its relative paths start at its own folder. */
const loadBase = async (path: string, context: FileContext): Promise<Node | undefined> => {
  const text = await context.readFile(path)
  if (text === undefined) return undefined
  const [document] = parseFile(sourceFile(path, text, dirname(path)), context.report)
  return document && interpolate(document, context)
}
