const compose = 'com.docker.compose'

/** Compose's own labels (docker/compose `pkg/api/labels.go`): other tools read them, so they are never renamed. */
export const LABEL = {
  project: `${compose}.project`,
  service: `${compose}.service`,
  configHash: `${compose}.config-hash`,
  number: `${compose}.container-number`,
  oneOff: `${compose}.oneoff`,
  slug: `${compose}.slug`,
  /** Id of the image that the container was made from. */
  image: `${compose}.image`,
  /** `db:service_healthy:true,cache:service_started:false`: service, condition, restart. */
  dependsOn: `${compose}.depends_on`,
  workingDir: `${compose}.project.working_dir`,
  configFiles: `${compose}.project.config_files`,
  environmentFile: `${compose}.project.environment_file`,
  version: `${compose}.version`,
  /** On a container that was made to take another's place: that one's name. */
  replace: `${compose}.replace`,
  network: `${compose}.network`,
  volume: `${compose}.volume`,
} as const

/** Labels of our own; containers made by docker compose have none of them. */
export const OWN_LABEL = {
  /** `restart`: the engine's supervisor restarts a container that turns unhealthy. */
  onUnhealthy: 'tsc-compose.on-unhealthy',
  /** Short hash of every attribute, so that a change can be named. */
  fields: 'tsc-compose.fields',
  /** Hash of the configs and secrets that are given as text. */
  files: 'tsc-compose.files',
} as const
