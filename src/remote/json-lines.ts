import { AppError } from '../errors/app-error.ts'

/** One line is never longer than this; more means that no Docker engine speaks. */
const MAX_LINE = 16 * 1024 ** 2

/**
 * JSON values of a stream that has one a line (`\n` or `\r\n`).
 * @throws E_API_FAILED when a line is no JSON
 */
export async function* jsonLines<T>(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<T> {
  const decoder = new TextDecoder()
  let pending = ''
  for await (const piece of bytes) {
    const lines = (pending + decoder.decode(piece, { stream: true })).split('\n')
    pending = lines.pop() ?? ''
    if (pending.length > MAX_LINE) throw malformed(pending)
    for (const line of lines) if (line.trim() !== '') yield parse(line) as T
  }
  if (pending.trim() !== '') yield parse(pending) as T
}

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    throw malformed(line)
  }
}

const malformed = (line: string): AppError =>
  new AppError('E_API_FAILED', `Cannot read the engine's answer: "${line.slice(0, 80)}" is no JSON`, {
    hint: 'The engine, or something between it and this program, does not speak the Docker Engine API',
    httpStatus: 502,
  })
