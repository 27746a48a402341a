import { AppError, isAppError, messageOf } from '../errors/app-error.ts'
import { defined } from '../lib/defined.ts'
import type { Step } from '../plan/plan.ts'
import { wordsOf } from './step-words.ts'

const CONTAINER_STEP = /^container\.(create|start|stop|restart|kill|remove|rename)$/

/** What an engine puts around the runtime's own words: its programs read it, people do not. */
const AROUND = /^.*unable to start container process: (?:error during container init: )?(.*?)(?:: unknown)?$/s

/** The words of a failure without what an engine wraps them in. */
export const plainWords = (error: unknown): string => {
  const message = messageOf(error)
  return AROUND.exec(message)?.[1] ?? message
}

/**
 * A failure with the container in its message: an engine that refuses to make or start one seldom says which.
 * Anything else, and what names the container itself, is answered as it is.
 */
export const stepError = ({ action }: Step, error: unknown): unknown => {
  const verb = CONTAINER_STEP.exec(action.kind)?.[1]
  const name = wordsOf(action).id.replace(/^Container /, '')
  if (verb === undefined || !isAppError(error) || error.message.includes(name)) return error
  const { code, hint, where, httpStatus, exitCode } = error
  const options = defined({ hint, where, httpStatus, exitCode, cause: error })
  return new AppError(code, `Cannot ${verb} container "${name}": ${plainWords(error)}`, options)
}
