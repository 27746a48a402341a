import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/errors/app-error.ts'
import type { Action } from '../../../src/plan/action.ts'
import { plainWords, stepError } from '../../../src/scheduler/step-error.ts'

const stepOf = (action: Action) => ({ id: 1, after: [], afterEnd: [], action, cause: 'not found' })
const container = { target: 'abc', name: 'p-web-1', service: 'web', number: 1 }
const start = stepOf({ kind: 'container.start', container })

describe('stepError', () => {
  it('names the container and keeps the rest', () => {
    const error = new AppError('E_RUNTIME_FAILED', 'exec: "x": not found', { hint: 'See it', exitCode: 127 })
    expect(stepError(start, error)).toMatchObject({
      code: 'E_RUNTIME_FAILED',
      message: 'Cannot start container "p-web-1": exec: "x": not found',
      hint: 'See it',
      exitCode: 127,
      cause: error,
    })
  })

  it("leaves out what an engine wraps the runtime's words in", () => {
    const around = 'OCI runtime create failed: runc create failed: unable to start container process: '
    const error = new AppError(
      'E_RUNTIME_FAILED',
      `failed to create task for container: ${around}error during container init: exec: "x": not found: unknown`,
    )
    expect(stepError(start, error)).toMatchObject({
      message: 'Cannot start container "p-web-1": exec: "x": not found',
    })
    expect(plainWords(new Error('Conflict: unknown'))).toBe('Conflict: unknown')
  })

  it('leaves alone what names it, what is no failure of a container, and bugs', () => {
    const named = new AppError('E_CONTAINER_CONFLICT', 'container "p-web-1" is paused')
    expect(stepError(start, named)).toBe(named)
    const failed = new AppError('E_PLAN_FAILED', 'Cannot pull image "x": no')
    expect(stepError(stepOf({ kind: 'image.pull', image: 'x', service: 'web' }), failed)).toBe(failed)
    const bug = new TypeError('x is undefined')
    expect(stepError(start, bug)).toBe(bug)
  })
})
