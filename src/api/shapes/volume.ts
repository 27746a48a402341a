import type { VolumeCreate } from '../../port/volumes.ts'
import type { FieldsOf } from '../read-shape.ts'

/** Body of `POST /volumes/create`. */
export const volumeCreateShape: FieldsOf<VolumeCreate> = {
  fields: { Name: 'string', Driver: 'string', DriverOpts: { map: 'string' }, Labels: { map: 'string' } },
}
