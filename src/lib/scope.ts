/**
 * An undo stack: what was done is undone in reverse when the scope ends, unless {@link keep} was called.
 *
 *     await using undo = new Scope()
 *     await mount(path); undo.defer(() => unmount(path))
 *     undo.keep()
 */
export class Scope implements AsyncDisposable {
  readonly #undo: (() => unknown)[] = []

  defer(undo: () => unknown): void {
    this.#undo.push(undo)
  }

  /** The work succeeded: nothing will be undone. */
  keep(): void {
    this.#undo.length = 0
  }

  /** Undoes all, also when some fail; every error is kept in one `AggregateError`. */
  async [Symbol.asyncDispose](): Promise<void> {
    const errors: unknown[] = []
    for (const undo of this.#undo.splice(0).reverse()) {
      try {
        await undo()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length === 1) throw errors[0]
    if (errors.length > 1) throw new AggregateError(errors, 'Cannot undo everything')
  }
}
