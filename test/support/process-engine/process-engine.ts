import type { EnginePort } from '../../../src/port/engine-port.ts'
import type { SystemInfo, VersionInfo } from '../../../src/port/system.ts'
import { eventLog } from './event-log.ts'
import { processContainers } from './process-containers.ts'
import { processImages } from './process-images.ts'
import { processNetworks } from './process-networks.ts'
import { processVolumes } from './process-volumes.ts'

export interface ProcessEngine extends EnginePort {
  /** Ends what still runs. */
  close(): Promise<void>
}

/**
 * An engine kept in memory whose containers are plain child processes of the test: real streams, signals and exit codes,
 * no isolation, no files and no networks. `images` exist from the start, without content.
 */
export const processEngine = (options: { images: readonly string[] }): ProcessEngine => {
  const events = eventLog()
  const images = processImages(options.images, (id) => [...containers.all()].find((c) => c.imageId === id)?.id)
  const volumes = processVolumes(
    (name) => [...containers.all()].find((c) => c.mounts.some((mount) => mount.Name === name))?.id,
  )
  const containers = processContainers({
    events,
    networkId: (name) => networks.idOf(name),
    imageId: (reference) => images.find(reference).Id,
    volume: (name) => {
      void volumes.create({ Name: name })
      return `/volumes/${name}`
    },
  })
  const networks = processNetworks(containers.all, containers.find)
  return {
    events,
    containers,
    images,
    volumes,
    builder: images.builder,
    networks,
    system: {
      ping: async () => ({ apiVersion: '1.45', osType: 'linux' }),
      version: async () => VERSION,
      info: async () => ({ ...INFO, Containers: [...containers.all()].length }),
    },
    close: async () => {
      for (const { id } of containers.all()) await containers.remove(id, { force: true })
    },
  }
}

const VERSION: VersionInfo = {
  Version: '0.0.1',
  ApiVersion: '1.45',
  MinAPIVersion: '1.24',
  GitCommit: '',
  GoVersion: '',
  Os: 'linux',
  Arch: 'amd64',
  KernelVersion: '',
  BuildTime: '',
  Platform: { Name: 'process engine' },
  Components: [{ Name: 'Engine', Version: '0.0.1', Details: { ApiVersion: '1.45', Os: 'linux' } }],
}

const INFO: SystemInfo = {
  ID: 'process-engine',
  Containers: 0,
  ContainersRunning: 0,
  ContainersPaused: 0,
  ContainersStopped: 0,
  Images: 1,
  Driver: 'process',
  DockerRootDir: '/',
  ServerVersion: '0.0.1',
  CgroupVersion: '2',
  DefaultRuntime: 'process',
  NCPU: 1,
  MemTotal: 1024 ** 3,
  Warnings: null,
  OSType: 'linux',
  Architecture: 'x86_64',
}
