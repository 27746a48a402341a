import type { RuntimeChoice } from './choose-runtime.ts'

interface Hole {
  readonly id: string
  readonly name: RuntimeChoice['name']
  /** First release of each line without it, ascending. A release older than all of them has it. */
  readonly fixed: readonly string[]
  /** What the engine does about it. */
  readonly closedBy: string
}

const HOLES: readonly Hole[] = [
  { id: 'CVE-2026-47766', name: 'crun', fixed: ['1.28'], closedBy: 'the init layer' },
  { id: 'CVE-2026-30892', name: 'crun', fixed: ['1.27'], closedBy: 'numeric users' },
  { id: 'CVE-2024-45310', name: 'runc', fixed: ['1.1.14', '1.2.0'], closedBy: 'the init layer' },
  { id: 'CVE-2025-31133', name: 'runc', fixed: ['1.2.8', '1.3.3', '1.4.0'], closedBy: 'verify before start' },
  { id: 'CVE-2025-52565', name: 'runc', fixed: ['1.2.8', '1.3.3', '1.4.0'], closedBy: 'the init layer' },
  { id: 'CVE-2025-52881', name: 'runc', fixed: ['1.2.8', '1.3.3', '1.4.0'], closedBy: 'verify before start' },
  { id: 'CVE-2026-41579', name: 'runc', fixed: ['1.3.6', '1.4.3', '1.5.0'], closedBy: 'the init layer' },
]

/**
 * Known holes of a runtime's release, each with what closes it here: `CVE-2026-47766 (closed by the init layer)`. A
 * distribution may have mended it without a new number.
 */
export const runtimeHoles = ({ name, version }: Pick<RuntimeChoice, 'name' | 'version'>): string[] =>
  HOLES.filter((hole) => hole.name === name && !isFixed(version, hole.fixed)).map(
    ({ id, closedBy }) => `${id} (closed by ${closedBy})`,
  )

/** Fixed in its own line (`1.2.x`), or newer than the newest line that was mended. */
const isFixed = (version: string, fixed: readonly string[]): boolean => {
  const own = fixed.find((release) => line(release) === line(version))
  return atLeast(version, own ?? fixed.at(-1) ?? version)
}

const numbers = (version: string): number[] => version.split(/[.+~-]/).map((part) => Number.parseInt(part, 10) || 0)

const line = (version: string): string => numbers(version).slice(0, 2).join('.')

const atLeast = (version: string, least: string): boolean => {
  const have = numbers(version)
  for (const [at, wanted] of numbers(least).entries()) {
    const difference = (have[at] ?? 0) - wanted
    if (difference !== 0) return difference > 0
  }
  return true
}
