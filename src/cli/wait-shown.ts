import type { Desired } from '../plan/desired.ts'
import { defined } from '../lib/defined.ts'
import { waitUp } from '../scheduler/wait-up.ts'
import type { ComposeContext } from './compose-context.ts'

/**
 * Waits until services are healthy, or run where they have no health check, showing what is waited for.
 * @throws E_WAIT_FAILED
 */
export const waitShown = async (
  cx: ComposeContext,
  desired: Desired,
  { services, seconds }: { readonly services: readonly string[]; readonly seconds: number | undefined },
): Promise<void> => {
  const progress = await cx.progress('Waiting')
  const timeout = seconds ? seconds * 1000 : undefined
  try {
    await waitUp(desired, await cx.engine(), {
      services,
      signal: cx.signal,
      emit: progress.emit,
      ...defined({ timeout }),
    })
  } finally {
    await progress.close()
  }
}
