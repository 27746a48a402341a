import type { Node } from '../node.ts'
import { type Part, parseTemplate } from './template.ts'

/** A variable that the files name, as `config --variables` lists it. */
export interface VariableUse {
  readonly name: string
  readonly required: boolean
  readonly defaultValue: string
  readonly alternateValue: string
}

/** The variables of all values, by name; the first expression with a default, alternative or `?` describes it. */
export const variablesOf = (roots: readonly Node[]): VariableUse[] => {
  const uses = new Map<string, VariableUse>()
  for (const root of roots) visit(root, uses)
  return [...uses.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

const visit = (node: Node, uses: Map<string, VariableUse>): void => {
  if (node.kind === 'seq') for (const item of node.items) visit(item, uses)
  else if (node.kind === 'map') for (const { value } of node.entries.values()) visit(value, uses)
  else if (typeof node.value === 'string' && node.value.includes('$')) collect(readParts(node.value), uses)
}

const readParts = (text: string): Part[] => {
  try {
    return parseTemplate(text)
  } catch {
    return []
  }
}

const collect = (parts: readonly Part[], uses: Map<string, VariableUse>): void => {
  for (const part of parts) {
    if (typeof part === 'string') continue
    const { name, operator, operand, operandText } = part
    const known = uses.get(name)
    uses.set(name, {
      name,
      required: (known?.required ?? false) || (operator?.endsWith('?') ?? false),
      defaultValue: known?.defaultValue || (operator?.endsWith('-') ? operandText : ''),
      alternateValue: known?.alternateValue || (operator?.endsWith('+') ? operandText : ''),
    })
    collect(operand, uses)
  }
}
