import { detachScanner, parseDetachKeys } from '../../../src/lib/detach-keys.ts'
import type { StreamSession } from '../../../src/port/common.ts'
import type { AttachOptions } from '../../../src/port/containers.ts'
import type { OutputLog } from './output-log.ts'

const DEFAULT_KEYS = 'ctrl-p,ctrl-q'

export interface ProcessInput {
  write(data: Uint8Array): void
  end(): void
}

/** Joins a process's output from now on, after the log where `logs` asks for it. */
export const processSession = (
  log: OutputLog,
  options: AttachOptions & { tty: boolean; running: boolean },
  input: ProcessInput,
): StreamSession => {
  const wanted = (stream: 'stdout' | 'stderr'): boolean => options[stream] ?? false
  const live = options.stream === false ? undefined : log.listen()
  const replay = options.logs ? log.read({ stdout: true, stderr: true }, options.running) : undefined
  const scan = detachScanner(parseDetachKeys(options.detachKeys ?? DEFAULT_KEYS) ?? [])
  const close = (): void => {
    if (live) log.drop(live)
  }
  return {
    tty: options.tty,
    output: (async function* () {
      if (replay) for await (const chunk of replay) if (wanted(chunk.stream)) yield chunk
      if (live) for await (const chunk of live) if (wanted(chunk.stream)) yield chunk
    })(),
    write: async (data) => {
      if (!options.stdin) return
      const { pass, detached } = options.tty ? scan(data) : { pass: data, detached: false }
      input.write(pass)
      if (detached) close()
    },
    end: async () => {
      if (options.stdin) input.end()
    },
    close,
  }
}
