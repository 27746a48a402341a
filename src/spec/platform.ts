/** `os/architecture[/variant]` in OCI's (Go's) names. */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
}

const ARCH: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  arm: 'arm',
  ia32: '386',
  x86_64: 'amd64',
  aarch64: 'arm64',
}

export const hostPlatform = (arch: string = process.arch): Platform => ({
  os: 'linux',
  architecture: ARCH[arch] ?? arch,
})

export const printPlatform = (platform: Platform): string =>
  [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/')

/** Reads `linux/arm64/v8` and, as Docker does, an architecture alone; undefined when it is neither. */
export const parsePlatform = (text: string): Platform | undefined => {
  const parts = text.toLowerCase().split('/')
  if (parts.length > 3 || parts.some((part) => !/^[\w.-]+$/.test(part))) return undefined
  const [os = '', architecture, variant] = parts.length === 1 ? ['linux', parts[0]] : parts
  const name = ARCH[architecture ?? ''] ?? architecture ?? ''
  return { os, architecture: name, ...(variant === undefined ? {} : { variant }) }
}
