import type { ApiVersion } from '../spec/api-version.ts'
import { MULTIPLEXED_STREAM, RAW_STREAM } from '../spec/stream-frame.ts'

/** Content type of process output: before API 1.42 framed streams were called raw as well. */
export const streamType = (apiVersion: ApiVersion, tty: boolean): string =>
  tty || apiVersion.minor < 42 ? RAW_STREAM : MULTIPLEXED_STREAM
