const OCI = 'application/vnd.oci.image'
const DOCKER = 'application/vnd.docker.distribution'

export const INDEX_TYPES: readonly string[] = [`${OCI}.index.v1+json`, `${DOCKER}.manifest.list.v2+json`]
export const MANIFEST_TYPES: readonly string[] = [`${OCI}.manifest.v1+json`, `${DOCKER}.manifest.v2+json`]

/** Archives of layers, compressed or not; those that may not be passed on are still pulled from the registry. */
export const LAYER_TYPES: readonly string[] = [
  ...['', '+gzip', '+zstd'].map((suffix) => `${OCI}.layer.v1.tar${suffix}`),
  ...['', '+gzip', '+zstd'].map((suffix) => `${OCI}.layer.nondistributable.v1.tar${suffix}`),
  'application/vnd.docker.image.rootfs.diff.tar',
  'application/vnd.docker.image.rootfs.diff.tar.gzip',
  'application/vnd.docker.image.rootfs.diff.tar.zstd',
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
]
