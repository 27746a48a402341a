/** A piece of a template: literal text, or a variable with what its operator holds. */
export type Part = string | VariablePart

export interface VariablePart {
  readonly name: string
  readonly operator?: Operator
  /** The operand as parts: a default, a message or an alternative. */
  readonly operand: readonly Part[]
  /** The operand as written. */
  readonly operandText: string
  /** The whole expression as written. */
  readonly source: string
}

/** With `:` an empty value counts as unset. */
export type Operator = ':-' | '-' | ':?' | '?' | ':+' | '+'

export interface TemplateFault {
  readonly kind: 'malformed' | 'required'
  /** The expression at fault, as written. */
  readonly source: string
  readonly variable?: string
  /** What `?` says. */
  readonly detail?: string
}

/** Thrown by {@link parseTemplate} and {@link evaluate}; callers turn it into a finding with a place. */
export class TemplateError extends Error {
  readonly fault: TemplateFault

  constructor(fault: TemplateFault) {
    super(
      fault.kind === 'malformed'
        ? `invalid interpolation format: ${fault.source}`
        : `required variable ${fault.variable ?? ''} is missing a value${fault.detail ? `: ${fault.detail}` : ''}`,
    )
    this.fault = fault
  }
}

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y
const BODY = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])([^]*))?$/

/**
 * Reads Compose's interpolation grammar: `$$`, `$NAME`, `${NAME}` and `${NAME` operator text `}`, where the text may
 * hold expressions again and its braces balance. A `$` before anything else is literal.
 * @throws TemplateError
 */
export const parseTemplate = (template: string): Part[] => {
  const parts: Part[] = []
  let literal = ''
  let at = 0
  const push = (part: VariablePart, end: number): void => {
    if (literal !== '') parts.push(literal)
    parts.push(part)
    literal = ''
    at = end
  }
  while (at < template.length) {
    const dollar = template.indexOf('$', at)
    if (dollar < 0) break
    literal += template.slice(at, dollar)
    const next = template[dollar + 1]
    if (next === '$') {
      literal += '$'
      at = dollar + 2
    } else if (next === '{') {
      const end = closingBrace(template, dollar + 1)
      push(readBody(template, dollar, end), end + 1)
    } else {
      NAME.lastIndex = dollar + 1
      const name = NAME.exec(template)?.[0]
      if (name === undefined) {
        literal += '$'
        at = dollar + 1
      } else push({ name, operand: [], operandText: '', source: `$${name}` }, dollar + 1 + name.length)
    }
  }
  literal += template.slice(at)
  if (literal !== '') parts.push(literal)
  return parts
}

const closingBrace = (template: string, open: number): number => {
  let depth = 0
  for (let i = open; i < template.length; i++) {
    if (template[i] === '{') depth += 1
    if (template[i] === '}') depth -= 1
    if (depth === 0) return i
  }
  throw new TemplateError({ kind: 'malformed', source: template.slice(open - 1) })
}

const readBody = (template: string, dollar: number, end: number): VariablePart => {
  const source = template.slice(dollar, end + 1)
  const match = BODY.exec(template.slice(dollar + 2, end))
  if (!match) throw new TemplateError({ kind: 'malformed', source })
  const [, name = '', operator, operandText = ''] = match
  return {
    name,
    ...(operator === undefined ? {} : { operator: operator as Operator }),
    operand: parseTemplate(operandText),
    operandText,
    source,
  }
}

export interface Lookup {
  get(name: string): string | undefined
  /** Called for a variable that is unset, has no operator, and so becomes empty. */
  unset?(name: string): void
}

/**
 * The text of parsed parts. Operands are evaluated only where they are used.
 * @throws TemplateError for `?` on a variable without value
 */
export const evaluate = (parts: readonly Part[], lookup: Lookup): string =>
  parts.map((part) => (typeof part === 'string' ? part : evaluateVariable(part, lookup))).join('')

const evaluateVariable = (part: VariablePart, lookup: Lookup): string => {
  const value = lookup.get(part.name)
  const isSet = value !== undefined && (value !== '' || !part.operator?.startsWith(':'))
  switch (part.operator?.at(-1) ?? '') {
    case '-':
      return isSet ? value : evaluate(part.operand, lookup)
    case '+':
      return isSet ? evaluate(part.operand, lookup) : ''
    case '?':
      if (isSet) return value
      throw new TemplateError({
        kind: 'required',
        source: part.source,
        variable: part.name,
        detail: evaluate(part.operand, lookup),
      })
    default:
      if (value === undefined) lookup.unset?.(part.name)
      return value ?? ''
  }
}
