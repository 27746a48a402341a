/** What the catalogue says of one error code. */
export interface ErrorRow {
  /** What happened, for the index in docs/errors.md. */
  readonly title: string
  /** What the user can do. */
  readonly hint: string
  /** Exit status of the command line. */
  readonly exit: number
  /** Status of the Engine API's answer. */
  readonly http: number
}

export const errorRows = <const T extends Record<`E_${string}`, ErrorRow>>(rows: T): T => rows
