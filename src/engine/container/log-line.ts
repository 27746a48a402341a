/** One record of a container's log, as monitor.pl writes it. */
export interface LogRecord {
  /** RFC 3339 with nanoseconds. */
  readonly time: string
  readonly stream: 'stdout' | 'stderr'
  /** The line ended here; false: more of it follows. */
  readonly ended: boolean
  readonly data: Buffer
}

const TIME_LENGTH = '2026-11-24T10:39:10.263430459Z'.length

/** Reads `TIME stdout|stderr F|P BYTES` without its line feed; undefined when it is torn. */
export const parseLogLine = (line: Buffer): LogRecord | undefined => {
  const stream = line.toString('latin1', TIME_LENGTH + 1, TIME_LENGTH + 7)
  const flag = line[TIME_LENGTH + 8]
  if ((stream !== 'stdout' && stream !== 'stderr') || (flag !== 70 && flag !== 80)) return undefined
  return {
    time: line.toString('latin1', 0, TIME_LENGTH),
    stream,
    ended: flag === 70,
    data: line.subarray(TIME_LENGTH + 10),
  }
}

/** Unix seconds of a record's time, rounded as `Number('SECONDS.NANOS')` is: clients ask again from a time they were told. */
export const logSeconds = ({ time }: LogRecord): number =>
  Number(`${Date.parse(`${time.slice(0, 19)}Z`) / 1000}.${time.slice(20, 29)}`)

/** The bytes that the container wrote. */
export const logBytes = (record: LogRecord): Buffer =>
  record.ended ? Buffer.concat([record.data, NEWLINE]) : record.data

const NEWLINE = Buffer.from('\n')
