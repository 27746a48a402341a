import type { StreamChunk } from '../../../src/port/common.ts'
import type { ContainerSummary } from '../../../src/port/containers.ts'
import type { ProcessEngine } from '../process-engine/process-engine.ts'

/** The engine of processes with what a command line reads besides: states in words, and times also on live output. */
export const dockerLike = (engine: ProcessEngine): ProcessEngine => {
  const { containers } = engine
  const inWords = async (row: ContainerSummary): Promise<ContainerSummary> => {
    if (row.State !== 'exited') return row
    const { State } = await containers.inspect(row.Id)
    return { ...row, Status: `Exited (${State.ExitCode}) 1 second ago` }
  }
  return {
    ...engine,
    containers: {
      ...containers,
      list: async (query) => Promise.all((await containers.list(query)).map(inWords)),
      logs: async (id, options) => {
        const { tty, chunks } = await containers.logs(id, options)
        return { tty, chunks: options.timestamps ? timed(chunks) : chunks }
      },
    },
  }
}

async function* timed(chunks: AsyncIterable<StreamChunk>): AsyncGenerator<StreamChunk> {
  for await (const { stream, data } of chunks) {
    const text = Buffer.from(data).toString()
    const lines = text.split(/(?<=\n)/).map((line) => (/^\d{4}-/.test(line) ? line : `${now()} ${line}`))
    yield { stream, data: Buffer.from(lines.join('')) }
  }
}

const now = (): string => new Date().toISOString().replace('Z', '000000Z')
