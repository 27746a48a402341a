/** A finding of the compiled schema, in ajv's form. */
export interface SchemaError {
  /** JSON pointer to the value. */
  readonly instancePath: string
  /** JSON pointer to the keyword that failed. */
  readonly schemaPath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
}

export const validate: {
  (data: unknown): boolean
  errors?: SchemaError[] | null
}

/** Property names of each closed object schema, by the schema's JSON pointer. */
export const propertyNames: Readonly<Record<string, readonly string[]>>
