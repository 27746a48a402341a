/** A finding of the compiled schema, in ajv's form. */
export interface SchemaError {
  /** JSON pointer to the value. */
  readonly instancePath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
}

export const validate: {
  (data: unknown): boolean
  errors?: SchemaError[] | null
}

/** The attributes of each mapping, by the pattern of its path (`services.*.build`). */
export const attributes: Readonly<Record<string, readonly string[]>>
