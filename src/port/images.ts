import type { CallOptions, Filters, Labels, ProgressMessage } from './common.ts'
import type { ContainerConfig } from './containers.ts'

export interface ImageSummary {
  Id: string
  ParentId: string
  RepoTags: string[]
  RepoDigests: string[]
  /** Unix seconds. */
  Created: number
  /** Bytes of all layers. */
  Size: number
  SharedSize: number
  Labels: Labels | null
  /** −1: not counted. */
  Containers: number
}

export interface ImageInspect {
  Id: string
  RepoTags: string[]
  RepoDigests: string[]
  Parent: string
  Comment: string
  Created: string
  Author: string
  Config: ContainerConfig
  Architecture: string
  Variant?: string
  Os: string
  Size: number
  GraphDriver: { Name: string; Data: Record<string, string> | null }
  /** Diff ids, bottom first. */
  RootFS: { Type: 'layers'; Layers: string[] }
  Metadata: { LastTagTime: string }
}

export interface ImageHistoryRow {
  Id: string
  Created: number
  CreatedBy: string
  Tags: string[] | null
  Size: number
  Comment: string
}

export interface ImageDeleteRow {
  Untagged?: string
  Deleted?: string
}

export interface RegistryAuth {
  readonly username?: string
  readonly password?: string
  readonly identitytoken?: string
  readonly registrytoken?: string
  readonly serveraddress?: string
}

/** References may be names or id prefixes; a missing image rejects with E_IMAGE_NOT_FOUND. */
export interface ImagesPort {
  list(query?: { all?: boolean; filters?: Filters } & CallOptions): Promise<ImageSummary[]>
  inspect(reference: string, options?: CallOptions): Promise<ImageInspect>
  history(reference: string, options?: CallOptions): Promise<ImageHistoryRow[]>
  /** `POST /images/create?fromImage=`: in-band `error` messages end the stream. */
  pull(
    reference: string,
    options?: { platform?: string; auth?: RegistryAuth } & CallOptions,
  ): AsyncIterable<ProgressMessage>
  /** `POST /images/create?fromSrc=-`: a root file system as tar. */
  import(
    archive: AsyncIterable<Uint8Array>,
    options: { reference?: string; message?: string; changes?: string[]; platform?: string } & CallOptions,
  ): AsyncIterable<ProgressMessage>
  /**
   * Makes a base image from the distribution's packages; not in Docker's API (`POST /images/bootstrap`).
   * One that is there is made again only with `force`; no file is newer than `epoch` (Unix seconds, SOURCE_DATE_EPOCH).
   */
  bootstrap(
    name: string,
    options?: { mirror?: string; force?: boolean; epoch?: number } & CallOptions,
  ): AsyncIterable<ProgressMessage>
  tag(reference: string, target: string, options?: CallOptions): Promise<void>
  remove(reference: string, options?: { force?: boolean; noPrune?: boolean } & CallOptions): Promise<ImageDeleteRow[]>
}

export interface BuildOptions extends CallOptions {
  /** Path in the context; `Dockerfile` when absent. */
  readonly dockerfile?: string
  readonly tags?: readonly string[]
  /** A null value takes nothing. */
  readonly buildArgs?: Readonly<Record<string, string | null>>
  readonly target?: string
  readonly labels?: Labels
  readonly noCache?: boolean
  readonly pull?: boolean
  readonly networkMode?: string
  readonly extraHosts?: readonly string[]
  readonly shmSize?: number
}

export interface BuilderPort {
  /** `POST /build`: the context as tar. The image id comes as `aux: { ID }`. */
  build(context: AsyncIterable<Uint8Array>, options: BuildOptions): AsyncIterable<ProgressMessage>
}
