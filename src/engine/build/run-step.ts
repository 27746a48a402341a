import { AppError } from '../../errors/app-error.ts'
import { type BuildJob, say } from './build-job.ts'
import { commandArgs } from './config-steps.ts'
import type { Instruction } from './dockerfile/instruction.ts'
import { layerStep } from './layer-step.ts'
import { runEnvironment } from './scope.ts'
import { type StageState, stageScope } from './stage-state.ts'
import { newSnapshotId } from './with-rootfs.ts'

/** RUN: a command in the stage's root file system; what it changes is the layer. @throws E_BUILD_FAILED */
export const runStep = (job: BuildJob, state: StageState, instruction: Instruction<'RUN'>): Promise<StageState> => {
  const { config } = state
  const args = commandArgs(instruction.form, config)
  const { env, keyed, told } = runEnvironment(stageScope(state), job.buildArgs)
  const workingDir = config.WorkingDir || '/'
  const user = config.User ?? ''
  const networkMode = job.options.networkMode || 'default'
  const command = args.join(' ')
  return layerStep(job, state, {
    parts: { op: 'run', args, env: keyed, workingDir, user, networkMode },
    createdBy: `RUN ${told.length > 0 ? `|${told.length} ${told.join(' ')} ` : ''}${command}`,
    async make() {
      const { snapshots, runner } = job.parts
      const id = newSnapshotId()
      await snapshots.prepare(id, state.diffIds, { init: true })
      try {
        await snapshots.mount(id)
        say(job, ` ---> Running in ${id.slice(-12)}`)
        const exitCode = await runner.run({
          id,
          args,
          env,
          workingDir,
          user,
          networkMode,
          onOutput: outputTo(job),
          signal: job.signal,
        })
        job.signal.throwIfAborted()
        if (exitCode !== 0) throw failed(command, exitCode, instruction)
        return await snapshots.commit(id, job.epoch === undefined ? {} : { timestamp: job.epoch })
      } finally {
        await snapshots.remove(id)
        say(job, ` ---> Removed intermediate container ${id.slice(-12)}`)
      }
    },
  })
}

/** Text of both streams as it comes; a character that is cut in two waits for its other half. */
const outputTo = (job: BuildJob): ((stream: 'stdout' | 'stderr', data: Uint8Array) => void) => {
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() }
  return (stream, data) => {
    const text = decoders[stream].decode(data, { stream: true })
    if (text !== '') job.report({ stream: text })
  }
}

const failed = (command: string, exitCode: number, { where }: Instruction<'RUN'>): AppError =>
  new AppError('E_BUILD_FAILED', `The command '${command}' returned a non-zero code: ${exitCode}`, { where, exitCode })
