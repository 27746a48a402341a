/** What the flags of `up`, `create` and their kin ask of `diff`. */
export interface UpPolicy {
  /** Services to bring up; empty: all. */
  readonly services: readonly string[]
  /** Leaves the dependencies of `services` alone (`--no-deps`). */
  readonly noDeps: boolean
  readonly recreate: 'diverged' | 'force' | 'never'
  /** Recreation of services that are only dependencies of the named ones (`--always-recreate-deps`). */
  readonly recreateDeps: 'diverged' | 'force' | 'never'
  /** New anonymous volumes at a recreation (`-V`). */
  readonly renewAnonymousVolumes: boolean
  readonly removeOrphans: boolean
  /** Says nothing of orphans (`COMPOSE_IGNORE_ORPHANS`). */
  readonly ignoreOrphans: boolean
  /** False: containers are made but not started (`--no-start`). */
  readonly start: boolean
  /** Seconds, for containers that must be stopped (`--timeout`). */
  readonly timeout?: number
  /** `--pull`; absent: each service's own `pull_policy`. */
  readonly pull?: 'always' | 'never' | 'missing' | 'build'
  /** `--build`, `--no-build`; absent: builds what is missing. */
  readonly build?: boolean
  /** Images that were pulled or built just before and need not be again. */
  readonly fetched: ReadonlySet<string>
}

export const upPolicy = (given: Partial<UpPolicy> = {}): UpPolicy => ({
  services: [],
  noDeps: false,
  recreate: 'diverged',
  recreateDeps: given.recreate === 'never' ? 'never' : 'diverged',
  renewAnonymousVolumes: false,
  removeOrphans: false,
  ignoreOrphans: false,
  start: true,
  fetched: new Set(),
  ...given,
})
