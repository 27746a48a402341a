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
