import { connect } from 'node:net'

export interface RawConnection {
  write(text: string): void
  /** Half-close. */
  end(): void
  destroy(): void
  /** Resolves with all that came so far once it has the text. */
  until(text: string): Promise<string>
  /** Resolves with all that came when the other side has closed. */
  rest(): Promise<string>
}

/** Bytes on a Unix socket, to see what is really sent. Latin-1, so that each byte is a character. */
export const rawConnection = (path: string): RawConnection => {
  const socket = connect({ path, allowHalfOpen: true })
  let seen = ''
  let ended = false
  let notify = (): void => undefined
  socket.setEncoding('latin1')
  socket.on('data', (text: string) => {
    seen += text
    notify()
  })
  const onEnd = (): void => {
    ended = true
    notify()
  }
  socket.on('end', onEnd).on('close', onEnd).on('error', onEnd)
  const when = async (done: () => boolean): Promise<string> => {
    while (!done()) {
      if (ended) throw new Error(`The connection ended early: "${seen}"`)
      await new Promise<void>((resolve) => {
        notify = resolve
      })
    }
    return seen
  }
  return {
    write: (text) => void socket.write(text, 'latin1'),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
    until: (text) => when(() => seen.includes(text)),
    rest: () => when(() => ended),
  }
}
