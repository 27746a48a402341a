import { request } from 'node:http'

/** What the checks need to know of a container, from the Engine API's list. */
export interface ContainerView {
  readonly id: string
  readonly name: string
  readonly project: string
  readonly service: string
  readonly number: number
  /** `created`, `running`, `exited`, … */
  readonly state: string
  /** `Up 2 seconds (healthy)` */
  readonly status: string
  readonly image: string
  readonly address: string
  readonly ports: readonly PublishedPort[]
}

export interface PublishedPort {
  readonly ip: string
  readonly host: number
  readonly container: number
  readonly protocol: string
}

interface ListedContainer {
  Id: string
  Names: string[]
  Labels: Record<string, string>
  State: string
  Status: string
  Image: string
  NetworkSettings?: { Networks?: Record<string, { IPAddress?: string }> }
  Ports?: { IP?: string; PublicPort?: number; PrivatePort: number; Type: string }[]
}

/** All containers of the engine on `socket`, in the order of their names; none when no engine answers. */
export const listContainers = async (socket: string): Promise<ContainerView[]> => {
  const listed = await getJson<ListedContainer[]>(socket, '/v1.45/containers/json?all=1').catch((error: unknown) => {
    if (isAway(error)) return []
    throw error
  })
  return listed.map(view).sort((a, b) => a.name.localeCompare(b.name))
}

/** GET with a JSON answer. Rejects on a status of 400 and above, with the message of the answer. */
export const getJson = <T>(socket: string, path: string): Promise<T> =>
  new Promise((resolve, reject) => {
    const call = request({ socketPath: socket, path, headers: { host: 'engine' } }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('error', reject)
      response.on('end', () => {
        if ((response.statusCode ?? 500) < 400) resolve(JSON.parse(text) as T)
        else reject(new Error(`GET ${path}: ${response.statusCode} ${text}`))
      })
    })
    call.on('error', reject)
    call.end()
  })

const isAway = (error: unknown): boolean =>
  error instanceof Error && ['ENOENT', 'ECONNREFUSED'].includes((error as NodeJS.ErrnoException).code ?? '')

const view = (container: ListedContainer): ContainerView => ({
  id: container.Id,
  name: (container.Names[0] ?? '').replace(/^\//, ''),
  project: container.Labels['com.docker.compose.project'] ?? '',
  service: container.Labels['com.docker.compose.service'] ?? '',
  number: Number(container.Labels['com.docker.compose.container-number'] ?? 0),
  state: container.State,
  status: container.Status,
  image: container.Image,
  address: Object.values(container.NetworkSettings?.Networks ?? {})[0]?.IPAddress ?? '',
  ports: (container.Ports ?? []).flatMap((port) =>
    port.PublicPort
      ? [{ ip: port.IP ?? '', host: port.PublicPort, container: port.PrivatePort, protocol: port.Type }]
      : [],
  ),
})
