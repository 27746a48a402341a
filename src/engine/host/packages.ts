/** Debian package of each program that the engine runs; other distributions mostly use the same names. */
const PACKAGE: Readonly<Record<string, string>> = {
  crun: 'crun',
  runc: 'runc',
  ip: 'iproute2',
  nft: 'nftables',
  perl: 'perl-base',
  tar: 'tar',
  zstd: 'zstd',
  flock: 'util-linux',
  nsenter: 'util-linux',
  mmdebstrap: 'mmdebstrap',
  busybox: 'busybox-static',
  tini: 'tini',
  unshare: 'util-linux',
  xz: 'xz-utils',
  'dpkg-deb': 'dpkg',
}

/** `Install it: apt-get install PACKAGE`. */
export const packageHint = (program: string): string => {
  const name = program.split('/').at(-1) ?? program
  return `Install it: apt-get install ${PACKAGE[name] ?? name} (elsewhere the package that holds "${name}")`
}
