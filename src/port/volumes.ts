import type { CallOptions, Filters, Labels } from './common.ts'

export interface VolumeCreate {
  Name?: string
  Driver?: string
  DriverOpts?: Record<string, string>
  Labels?: Record<string, string>
}

export interface Volume {
  Name: string
  Driver: string
  Mountpoint: string
  CreatedAt: string
  Labels: Labels | null
  Options: Record<string, string> | null
  Scope: 'local'
}

/** A missing volume rejects with E_VOLUME_NOT_FOUND; one in use, on removal, with E_CONTAINER_CONFLICT. */
export interface VolumesPort {
  list(query?: { filters?: Filters } & CallOptions): Promise<{ Volumes: Volume[]; Warnings: string[] }>
  /** An existing volume of that name is answered as it is. */
  create(body: VolumeCreate, options?: CallOptions): Promise<Volume>
  inspect(name: string, options?: CallOptions): Promise<Volume>
  remove(name: string, options?: { force?: boolean } & CallOptions): Promise<void>
}
