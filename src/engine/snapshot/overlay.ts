import { AppError } from '../../errors/app-error.ts'
import type { MountRequest } from '../host/host.ts'

/** mount(2) takes one page of options. */
const MAX_DATA = 4095
/** Features that would put more than plain files, whiteouts and opaque folders into an upper folder. */
const PLAIN = 'index=off,redirect_dir=off,metacopy=off'

export interface OverlayRequest {
  readonly target: string
  readonly cwd: string
  /** Topmost first; relative to `cwd`. */
  readonly lowers: readonly string[]
  readonly upper: string
  readonly work: string
}

/** @throws E_SNAPSHOT_TOO_DEEP when the options do not fit */
export const overlayMount = ({ target, cwd, lowers, upper, work }: OverlayRequest): MountRequest => {
  const data = `lowerdir=${lowers.join(':')},upperdir=${upper},workdir=${work},${PLAIN}`
  if (data.length > MAX_DATA) {
    throw new AppError('E_SNAPSHOT_TOO_DEEP', `Cannot mount ${lowers.length} layers: the kernel takes fewer`)
  }
  return { source: 'overlay', target, type: 'overlay', data, cwd }
}
