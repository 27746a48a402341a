import { usageError } from '../usage-error.ts'
import type { UpOptions } from './options.ts'

/** Flags that do not go together, in the order in which docker compose looks at them. */
const CONFLICTS: readonly (readonly [conflict: (options: UpOptions) => boolean, message: string])[] = [
  [
    (o) => abortsOnExit(o) && o.abortOnContainerFailure,
    '--abort-on-container-failure cannot be combined with --abort-on-container-exit',
  ],
  [
    (o) => o.wait && (o.attachDependencies || abortsOnExit(o) || o.attach.length > 0),
    '--wait cannot be combined with --abort-on-container-exit, --attach or --attach-dependencies',
  ],
  [(o) => o.build && o.noBuild, '--build and --no-build are incompatible'],
  [
    (o) =>
      isDetached(o) && (o.attachDependencies || abortsOnExit(o) || o.abortOnContainerFailure || o.attach.length > 0),
    '--detach cannot be combined with --abort-on-container-exit, --abort-on-container-failure, --attach, --attach-dependencies or --watch',
  ],
  [(o) => o.renewAnonVolumes && o.noRecreate, '--no-recreate and --renew-anon-volumes are incompatible'],
  [(o) => o.forceRecreate && o.noRecreate, '--force-recreate and --no-recreate are incompatible'],
  [(o) => o.alwaysRecreateDeps && o.noRecreate, '--always-recreate-deps and --no-recreate are incompatible'],
  [(o) => o.attach.length > 0 && o.attachDependencies, 'cannot combine --attach and --attach-dependencies'],
]

/** @throws E_CLI_USAGE */
export const checkUpOptions = (options: UpOptions): void => {
  const conflict = CONFLICTS.find(([applies]) => applies(options))
  if (conflict) throw usageError(conflict[1])
}

/** `--exit-code-from` implies it, unless only failures count. */
export const abortsOnExit = (options: UpOptions): boolean =>
  options.abortOnContainerExit || (Boolean(options.exitCodeFrom) && !options.abortOnContainerFailure)

export const isDetached = (options: UpOptions): boolean => options.detach || options.wait
