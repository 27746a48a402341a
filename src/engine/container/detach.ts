import { AppError } from '../../errors/app-error.ts'
import { detachScanner, parseDetachKeys } from '../../lib/detach-keys.ts'
import type { StreamSession } from '../../port/common.ts'

const DEFAULT_KEYS = 'ctrl-p,ctrl-q'

/**
 * A terminal session that its user can leave by typing the detach keys; others are as they are.
 * @throws E_API_BAD_REQUEST when the keys are none
 */
export const detachable = (session: StreamSession, keys: string | undefined, onDetach: () => void): StreamSession => {
  if (!session.tty) return session
  const sequence = parseDetachKeys(keys || DEFAULT_KEYS)
  if (!sequence) {
    throw new AppError('E_API_BAD_REQUEST', `Invalid detach keys (${keys}) provided`, {
      hint: 'Write them like ctrl-p,ctrl-q',
    })
  }
  const scan = detachScanner(sequence)
  return {
    ...session,
    async write(data) {
      const { pass, detached } = scan(data)
      if (pass.length > 0) await session.write(pass)
      if (!detached) return
      onDetach()
      session.close()
    },
  }
}
