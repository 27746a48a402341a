import type { OptionSpecs, OptionValues } from '../command.ts'
import { dryRunOption } from '../options/compose-options.ts'

export const upOptions = {
  ...dryRunOption,
  abortOnContainerExit: {
    kind: 'boolean',
    help: 'Stops all containers if any container was stopped. Incompatible with -d',
  },
  abortOnContainerFailure: {
    kind: 'boolean',
    help: 'Stops all containers if any container exited with failure. Incompatible with -d',
  },
  alwaysRecreateDeps: { kind: 'boolean', help: 'Recreate dependent containers. Incompatible with --no-recreate.' },
  attach: {
    kind: 'list',
    help: 'Restrict attaching to the specified services. Incompatible with --attach-dependencies.',
  },
  attachDependencies: { kind: 'boolean', help: 'Automatically attach to log output of dependent services' },
  build: { kind: 'boolean', help: 'Build images before starting containers' },
  detach: { kind: 'boolean', short: 'd', help: 'Detached mode: Run containers in the background' },
  exitCodeFrom: {
    kind: 'string',
    help: 'Return the exit code of the selected service container. Implies --abort-on-container-exit',
  },
  forceRecreate: {
    kind: 'boolean',
    help: "Recreate containers even if their configuration and image haven't changed",
  },
  noAttach: { kind: 'list', help: 'Do not attach (stream logs) to the specified services' },
  noBuild: { kind: 'boolean', help: "Don't build an image, even if it's policy" },
  noColor: { kind: 'boolean', help: 'Produce monochrome output' },
  noDeps: { kind: 'boolean', help: "Don't start linked services" },
  noLogPrefix: { kind: 'boolean', help: "Don't print prefix in logs" },
  noRecreate: {
    kind: 'boolean',
    help: "If containers already exist, don't recreate them. Incompatible with --force-recreate.",
  },
  noStart: { kind: 'boolean', help: "Don't start the services after creating them" },
  onUnhealthy: {
    kind: 'string',
    help: 'What the engine does with a container that turns unhealthy ("restart"), for all services',
  },
  pull: {
    kind: 'string',
    default: 'policy',
    help: 'Pull image before running ("always"|"missing"|"never")',
  },
  quietBuild: { kind: 'boolean', help: 'Suppress the build output' },
  quietPull: { kind: 'boolean', help: 'Pull without printing progress information' },
  removeOrphans: { kind: 'boolean', help: 'Remove containers for services not defined in the Compose file' },
  renewAnonVolumes: {
    kind: 'boolean',
    short: 'V',
    help: 'Recreate anonymous volumes instead of retrieving data from the previous containers',
  },
  scale: {
    kind: 'list',
    placeholder: 'scale',
    help: 'Scale SERVICE to NUM instances. Overrides the scale setting in the Compose file if present.',
  },
  timeout: {
    kind: 'int',
    short: 't',
    help: 'Use this timeout in seconds for container shutdown when attached or when containers are already running',
  },
  timestamps: { kind: 'boolean', help: 'Show timestamps' },
  wait: { kind: 'boolean', help: 'Wait for services to be running|healthy. Implies detached mode.' },
  waitTimeout: {
    kind: 'int',
    help: 'Maximum duration in seconds to wait for the project to be running|healthy',
  },
  yes: {
    kind: 'boolean',
    short: 'y',
    help: 'Assume "yes" as answer to all prompts and run non-interactively',
  },
} as const satisfies OptionSpecs

export type UpOptions = OptionValues<typeof upOptions>
