import { chmod, chown, lstat, readFile, unlink } from 'node:fs/promises'
import { type Server, type AddressInfo, connect } from 'node:net'
import { AppError, messageOf } from '../errors/app-error.ts'

export type ListenAddress =
  | { readonly path: string; /** 0o660 when absent. */ readonly mode?: number }
  | { readonly host: string; /** 0: any free one. */ readonly port: number }

export interface Bound {
  readonly address: string
  /** Removes the socket's file, if it is still this server's. */
  remove(): Promise<void>
}

const DEFAULT_MODE = 0o660

/** @throws E_API_LISTEN when another engine answers there, or the address cannot be bound */
export const listen = (server: Server, address: ListenAddress): Promise<Bound> =>
  'path' in address ? listenUnix(server, address.path, address.mode ?? DEFAULT_MODE) : listenTcp(server, address)

const listenTcp = async (server: Server, { host, port }: { host: string; port: number }): Promise<Bound> => {
  await bind(server, `tcp://${host}:${port}`, () => server.listen(port, host))
  const bound = server.address() as AddressInfo
  return { address: `tcp://${host.includes(':') ? `[${host}]` : host}:${bound.port}`, remove: async () => undefined }
}

const listenUnix = async (server: Server, path: string, mode: number): Promise<Bound> => {
  const address = `unix://${path}`
  await removeStale(path, address)
  await bind(server, address, () => {
    // The file must not be open to others for as long as an instant, so that the mask is set around bind(2).
    const mask = process.umask(0o777 & ~mode)
    try {
      server.listen(path)
    } finally {
      process.umask(mask)
    }
  })
  await chmod(path, mode)
  const group = await dockerGroup()
  if (group !== undefined && process.getuid?.() === 0) await chown(path, 0, group)
  const { ino } = await lstat(path)
  return {
    address,
    remove: async () => {
      const now = await lstat(path).catch(() => undefined)
      if (now?.ino === ino) await unlink(path).catch(() => undefined)
    },
  }
}

const bind = (server: Server, address: string, start: () => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const onError = (error: Error): void =>
      reject(new AppError('E_API_LISTEN', `Cannot listen on "${address}": ${error.message}`, { cause: error }))
    server.once('error', onError)
    server.once('listening', () => {
      server.off('error', onError)
      resolve()
    })
    start()
  })

/** A socket that nobody answers on is what a killed engine leaves; anything else at that path is kept. */
const removeStale = async (path: string, address: string): Promise<void> => {
  const found = await lstat(path).catch(() => undefined)
  if (!found) return
  if (!found.isSocket()) throw new AppError('E_API_LISTEN', `Cannot listen on "${address}": the path is no socket`)
  if (await answers(path)) {
    throw new AppError('E_API_LISTEN', `Cannot listen on "${address}": an engine answers there already`, {
      hint: 'Use that one, end it, or choose another address with --host',
    })
  }
  await unlink(path).catch((error: unknown) => {
    throw new AppError('E_API_LISTEN', `Cannot remove stale socket "${path}": ${messageOf(error)}`, { cause: error })
  })
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path)
    const settle = (result: boolean): void => {
      socket.destroy()
      resolve(result)
    }
    socket.once('connect', () => settle(true)).once('error', () => settle(false))
  })

/** Docker's convention: members of the group `docker`, where there is one, may use the engine. */
const dockerGroup = async (): Promise<number | undefined> => {
  const groups = await readFile('/etc/group', 'utf8').catch(() => '')
  const gid = /^docker:[^:]*:(\d+):/m.exec(groups)?.[1]
  return gid === undefined ? undefined : Number(gid)
}
