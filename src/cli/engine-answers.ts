import { connect } from 'node:net'

const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK'])

/** Whether somebody listens on a UNIX socket; true also when this user may not connect, since then it is no use to start one. */
export const answers = (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const connection = connect(socket)
    const done = (result: boolean) => (): void => {
      connection.destroy()
      resolve(result)
    }
    connection.once('connect', done(true))
    connection.once('error', (error: NodeJS.ErrnoException) => done(!NOBODY.has(error.code ?? ''))())
  })
