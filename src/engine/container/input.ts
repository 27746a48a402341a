import { constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { frame } from '../host/frames.ts'
import { sizeBytes } from '../host/monitor.ts'

/**
 * Standard input and terminal size of a container, by the control FIFO of its monitor. What is written before the
 * container runs is kept and sent when it does.
 */
export class ContainerInput {
  readonly #fifo: string
  #socket: Socket | undefined
  #waiting: Uint8Array[] | undefined = []

  constructor(fifo: string) {
    this.#fifo = fifo
  }

  /** The container runs: from now on input goes through. */
  async begin(): Promise<void> {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const bytes of waiting) await this.#send(bytes)
  }

  write(data: Uint8Array): Promise<void> {
    return this.#send(frame(0, data))
  }

  end(): Promise<void> {
    return this.#send(frame(1))
  }

  resize(rows: number, columns: number): Promise<void> {
    return this.#send(frame(2, sizeBytes(rows, columns)))
  }

  /** The container has ended. */
  close(): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }

  async #send(bytes: Uint8Array): Promise<void> {
    if (this.#waiting) {
      this.#waiting.push(bytes)
      return
    }
    const socket = (this.#socket ??= openFifo(this.#fifo))
    if (socket) await new Promise<void>((resolve) => socket.write(bytes, () => resolve()))
  }
}

/**
 * Opening for writing alone does not wait, since the monitor holds the FIFO open; the socket closes the descriptor.
 * Undefined when the container has just ended: nobody reads what is typed then.
 */
const openFifo = (path: string): Socket | undefined => {
  let fd: number
  try {
    fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch {
    return undefined
  }
  return new Socket({ fd, readable: false, writable: true }).on('error', () => undefined)
}
