import { AppError, isAppError } from '../../errors/app-error.ts'
import { writeTar } from '../../lib/tar/write-tar.ts'
import type { BuildJob } from './build-job.ts'
import { copyEntries, destinationPath, parseMode } from './copy/copy-layer.ts'
import { type CopySource, findSources } from './copy/copy-source.ts'
import { hashSources } from './copy/source-entries.ts'
import { Destination } from './copy/destination.ts'
import type { Instruction } from './dockerfile/instruction.ts'
import { layerStep, onTopOf } from './layer-step.ts'
import { lookUpOwner } from './owner.ts'
import { expandAt, scopeVariables } from './scope.ts'
import { resolveInRoot } from './in-root.ts'
import { findStage } from './stages.ts'
import { type StageState, stageScope } from './stage-state.ts'
import { withRootfs } from './with-rootfs.ts'

type Copy = Instruction<'COPY' | 'ADD'>

/** COPY and ADD: files of the context, of another stage or of an image as a layer. @throws E_BUILD_COPY */
export const copyStep = (job: BuildJob, state: StageState, instruction: Copy): Promise<StageState> =>
  placed(instruction, () => {
    const { from } = instruction
    if (from === undefined) return copyFrom(job, state, { instruction, root: job.context.folder })
    return fromRootfs(job, from, (root) => copyFrom(job, state, { instruction, root }))
  })

/** Errors of files get the place of the instruction. */
const placed = async <T>({ where }: Copy, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (!isAppError(error, 'E_BUILD_COPY') || error.where) throw error
    const hint = error.hint === undefined ? {} : { hint: error.hint }
    throw new AppError(error.code, error.message, { where, cause: error, ...hint })
  }
}

/** The root file system of a stage before this one, or of an image. */
const fromRootfs = async <T>(job: BuildJob, from: string, use: (root: string) => Promise<T>): Promise<T> => {
  const { snapshots, images } = job.parts
  const stage = findStage(job.plan.stages, from)
  const built = stage && job.done.get(stage.index)
  const { diffIds } = built ?? (await images.resolve(from))
  return withRootfs(snapshots, diffIds, use)
}

const copyFrom = async (
  job: BuildJob,
  state: StageState,
  { instruction, root }: { instruction: Copy; root: string },
): Promise<StageState> => {
  const { kind, chown, chmod, from } = instruction
  const options = { variables: scopeVariables(stageScope(state)), escape: job.escape }
  const expand = (text: string): string => expandAt(instruction.where, text, options)
  const names = instruction.sources.map(expand)
  const asked = expand(instruction.destination)
  const destination = destinationPath(state.config.WorkingDir ?? '/', asked)
  const sources = unique((await Promise.all(names.map((name) => findSources(root, name)))).flat())
  if (sources.length > 1 && !destination.endsWith('/')) {
    throw new AppError(
      'E_BUILD_COPY',
      `When using ${kind} with more than one source file, the destination must be a directory and end with a /`,
    )
  }
  const tree = { host: job.parts.host, root, signal: job.signal }
  const owner = chown === undefined ? undefined : expand(chown)
  const mode = chmod === undefined ? undefined : parseMode(expand(chmod))
  return layerStep(job, state, {
    parts: {
      op: kind,
      content: await hashSources(tree, sources),
      kinds: sources.map(({ name, isDirectory }) => (isDirectory ? 'folder' : name)),
      destination,
      owner: owner ?? null,
      mode: mode ?? null,
      keepOwner: from === undefined ? 0 : 1,
    },
    createdBy: historyLine(instruction, names, asked),
    make: () =>
      withRootfs(job.parts.snapshots, state.diffIds, async (rootfs) => {
        const owned = owner === undefined ? {} : { owner: await lookUpOwner(owner, rootfs) }
        const target = { rootfs, ...owned, ...(mode === undefined ? {} : { mode }) }
        const entries = copyEntries({
          tree,
          sources,
          destination,
          target,
          unpack: kind === 'ADD',
          keepOwner: from !== undefined,
        })
        return job.parts.snapshots.import(writeTar(entries, 'latin1'), onTopOf(job, state))
      }),
  })
}

/** A file that is named twice is copied once. */
const unique = (sources: readonly CopySource[]): CopySource[] => [
  ...new Map(sources.map((source) => [`${source.path}\0${source.name}`, source])).values(),
]

const historyLine = ({ kind, chown, chmod, from }: Copy, sources: readonly string[], destination: string): string => {
  const flags = Object.entries({ from, chown, chmod }).flatMap(([name, value]) =>
    value === undefined ? [] : `--${name}=${value}`,
  )
  return [kind, ...flags, ...sources, destination].join(' ')
}

/** WORKDIR: the folder is made, for the stage's user, when it is not there. */
export const workdirStep = async (
  job: BuildJob,
  state: StageState,
  instruction: Instruction<'WORKDIR'>,
): Promise<StageState> => {
  const path = state.config.WorkingDir ?? '/'
  const user = state.config.User ?? ''
  return layerStep(job, state, {
    parts: { op: 'workdir', path, user },
    createdBy: instruction.text,
    make: () =>
      withRootfs(job.parts.snapshots, state.diffIds, async (rootfs) => {
        const found = await resolveInRoot(rootfs, path)
        const owner = user === '' || found.stats ? {} : { owner: await lookUpOwner(user, rootfs) }
        const folder = Buffer.from(found.path, 'utf8').toString('latin1')
        const headers = found.stats ? [] : await new Destination({ rootfs, ...owner }).folder(folder)
        const archive = writeTar(
          headers.map((header) => ({ header })),
          'latin1',
        )
        return job.parts.snapshots.import(archive, onTopOf(job, state))
      }),
  })
}
