export interface IdleWatch {
  /** Something happened: the time begins anew. */
  touch(): void
  /** Resolves when nothing has happened for the whole time and nothing is going on; never without a timeout. */
  readonly ended: Promise<void>
  close(): void
}

/** `timeout` in milliseconds; `isBusy` is asked when it is over. */
export const idle = (timeout: number | undefined, isBusy: () => boolean): IdleWatch => {
  let timer: NodeJS.Timeout | undefined
  let resolveEnded: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    resolveEnded = resolve
  })
  const touch = (): void => {
    clearTimeout(timer)
    if (timeout !== undefined) timer = setTimeout(look, timeout)
  }
  const look = (): void => {
    if (isBusy()) touch()
    else resolveEnded()
  }
  touch()
  return { touch, ended, close: () => clearTimeout(timer) }
}
