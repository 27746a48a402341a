import type { BuildOptions, ImagesPort } from '../../port/images.ts'
import type { ContainerConfig } from '../../port/containers.ts'
import type { ProgressMessage } from '../../port/common.ts'
import type { Digest } from '../../spec/digest.ts'

/** What a container needs to know of its image. */
export interface ResolvedImage {
  /** Config digest: Docker's image id. */
  readonly id: Digest
  /** Bottom first. */
  readonly diffIds: readonly Digest[]
  readonly config: ContainerConfig
  readonly os: string
  readonly architecture: string
}

/** The image part, as the container room, the builder and the API see it. */
export interface ImagePart extends ImagesPort {
  /** By name, id or id prefix. @throws E_IMAGE_NOT_FOUND with Docker's `No such image: NAME:TAG` */
  resolve(reference: string): Promise<ResolvedImage>
}

/** The builder part. */
export interface BuildPart {
  build(context: AsyncIterable<Uint8Array>, options: BuildOptions): AsyncIterable<ProgressMessage>
}

/** What the builder needs of the rest of the engine to run a step; given by the composition root. */
export interface StepRunner {
  /**
   * Runs a command in the snapshot `id` with the engine's isolation and network, output to `onOutput`.
   * Resolves to the exit status.
   */
  run(step: {
    id: string
    args: readonly string[]
    env: readonly string[]
    workingDir: string
    user: string
    networkMode: string
    onOutput: (stream: 'stdout' | 'stderr', data: Uint8Array) => void
    signal?: AbortSignal
  }): Promise<number>
}
