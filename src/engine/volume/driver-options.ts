import { AppError } from '../../errors/app-error.ts'
import type { Volume } from '../../port/volumes.ts'
import type { Host, MountFlag } from '../host/host.ts'

/** Words of `o=` that mount(2) takes as flags; the others go to the file system as data. */
const FLAGS: Readonly<Record<string, MountFlag | ''>> = {
  bind: 'bind',
  rbind: 'bind',
  ro: 'ro',
  rw: '',
  nosuid: 'nosuid',
  nodev: 'nodev',
  noexec: 'noexec',
}

/** Mounts `device` with `type` and `o` on the volume's folder, as the options of Docker's local driver say. */
export const mountDevice = async (host: Host, volume: Volume): Promise<void> => {
  const { device = '', type = '', o = '' } = volume.Options ?? {}
  const words = o.split(',').filter(Boolean)
  const flags = words.map((word) => FLAGS[word]).filter((flag): flag is MountFlag => Boolean(flag))
  if (words.includes('rbind')) flags.push('rec')
  const data = words.filter((word) => FLAGS[word] === undefined).join(',')
  const isBind = flags.includes('bind')
  try {
    await host.mount([
      { source: device, target: volume.Mountpoint, type: isBind ? '' : type, flags, data: isBind ? '' : data },
    ])
  } catch (cause) {
    throw new AppError(
      'E_API_FAILED',
      `failed to mount local volume: mount ${device}:${volume.Mountpoint}, data: ${data}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause, hint: 'Check the device and options of the volume' },
    )
  }
}
