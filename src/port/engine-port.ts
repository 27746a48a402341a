import type { ContainersPort } from './containers.ts'
import type { BuilderPort, ImagesPort } from './images.ts'
import type { NetworksPort } from './networks.ts'
import type { EventsPort, SystemPort } from './system.ts'
import type { VolumesPort } from './volumes.ts'

/**
 * All that `tsc-compose` knows of an engine: the Docker Engine API, cut into small ports.
 * Implemented by `src/engine` (built in) and `src/remote` (any engine that speaks HTTP on a socket).
 * Failures reject with an `AppError` whose `httpStatus` is the API's.
 */
export interface EnginePort {
  readonly system: SystemPort
  readonly events: EventsPort
  readonly containers: ContainersPort
  readonly images: ImagesPort
  readonly builder: BuilderPort
  readonly networks: NetworksPort
  readonly volumes: VolumesPort
}
