import { AppError, isAppError } from '../../errors/app-error.ts'
import type { ContainerConfig } from '../../port/containers.ts'
import { applyConfigStep, isConfigInstruction } from './config-steps.ts'
import { parseDockerfile } from './dockerfile/parse.ts'
import { expandAt, expandWordsAt, scopeVariables } from './scope.ts'

/**
 * A configuration after instructions as `import --change` and `commit --change` take them: `CMD ["sh"]`, `ENV A=b`.
 * @throws E_IMAGE_CHANGE for an instruction that does not change a configuration, or cannot be read
 */
export const applyChanges = (config: ContainerConfig, changes: readonly string[]): ContainerConfig => {
  let changed = config
  let hasCmd = false
  for (const change of changes) {
    const bad = (why: string, cause?: unknown): AppError =>
      new AppError('E_IMAGE_CHANGE', `Cannot apply the change "${change}": ${why}`, { cause })
    try {
      const { instructions, escape } = parseDockerfile(change, 'change')
      const [instruction] = instructions
      if (!instruction || instructions.length > 1 || !isConfigInstruction(instruction))
        throw bad('it changes no configuration')
      const options = { variables: scopeVariables({ args: new Map(), env: changed.Env ?? [] }), escape }
      const { where } = instruction
      changed = applyConfigStep(changed, instruction, {
        hasCmd,
        expand: {
          word: (text) => expandAt(where, text, options),
          words: (text) => expandWordsAt(where, text, options),
        },
      })
      hasCmd ||= instruction.kind === 'CMD'
    } catch (error) {
      throw isAppError(error, 'E_BUILD_SYNTAX') || isAppError(error, 'E_BUILD_UNSUPPORTED')
        ? bad(error.message, error)
        : error
    }
  }
  return changed
}
