import type { Volume, VolumesPort } from '../../port/volumes.ts'

/** The volume part, as the container room and the API see it. */
export interface VolumePart extends VolumesPort {
  /** The volume of that name, made when it is not there. An absent name makes an anonymous one (64 hex digits). */
  ensure(
    name: string | undefined,
    options?: { driver?: string; driverOpts?: Record<string, string>; labels?: Record<string, string> },
  ): Promise<Volume>
  /** True when it was made for one container and nobody named it. */
  isAnonymous(name: string): boolean
  /** Makes its content reachable at the answered path: the folder, or what its driver options mount. */
  mount(name: string): Promise<string>
  /** Unmounts what {@link mount} mounted, when no running container uses it any more. */
  release(name: string): Promise<void>
}
