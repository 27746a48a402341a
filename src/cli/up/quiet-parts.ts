import type { Emit } from '../../scheduler/progress.ts'
import type { UpOptions } from './options.ts'

/** `emit` without what `--quiet-pull` and `--quiet-build` keep still about. */
export const withoutQuietParts = (
  emit: Emit,
  { quietPull, quietBuild }: Pick<UpOptions, 'quietPull' | 'quietBuild'>,
): Emit => {
  if (!quietPull && !quietBuild) return emit
  return (event) => {
    const isLayer = event.parentId !== undefined
    const isBuildOutput = event.text === 'Building' && event.details !== undefined
    if ((quietPull && isLayer) || (quietBuild && isBuildOutput)) return
    emit(event)
  }
}
