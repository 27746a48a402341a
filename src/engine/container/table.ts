import { AppError } from '../../errors/app-error.ts'
import type { Container } from './record.ts'

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/

/** All containers, found by id, name or unique id prefix. */
export class ContainerTable {
  readonly #byId = new Map<string, Container>()
  readonly #byName = new Map<string, string>()

  add(container: Container): void {
    this.#byId.set(container.record.id, container)
    this.#byName.set(container.record.name, container.record.id)
  }

  delete(container: Container): void {
    this.#byId.delete(container.record.id)
    if (this.#byName.get(container.record.name) === container.record.id) this.#byName.delete(container.record.name)
  }

  all(): Container[] {
    return [...this.#byId.values()]
  }

  /** @throws E_CONTAINER_NOT_FOUND, or E_API_BAD_REQUEST when a prefix means several */
  get(reference: string): Container {
    const found = this.find(reference)
    if (!found) throw new AppError('E_CONTAINER_NOT_FOUND', `No such container: ${reference}`)
    return found
  }

  find(reference: string): Container | undefined {
    const name = reference.replace(/^\//, '')
    const exact = this.#byId.get(reference) ?? this.#byId.get(this.#byName.get(name) ?? '')
    if (exact || !/^[0-9a-f]+$/.test(reference)) return exact
    const matches = [...this.#byId.keys()].filter((id) => id.startsWith(reference))
    if (matches.length > 1) {
      throw new AppError('E_API_BAD_REQUEST', `Multiple IDs found with provided prefix: ${reference}`)
    }
    return this.#byId.get(matches[0] ?? '')
  }

  /**
   * Takes a name for an id, before the container is made.
   * @throws E_API_BAD_REQUEST when it is no name, E_CONTAINER_CONFLICT when it is in use
   */
  reserve(name: string, id: string): void {
    if (!NAME.test(name)) {
      throw new AppError(
        'E_API_BAD_REQUEST',
        `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
      )
    }
    const holder = this.#byName.get(name)
    if (holder !== undefined && holder !== id) {
      throw new AppError(
        'E_CONTAINER_CONFLICT',
        `Conflict. The container name "/${name}" is already in use by container "${holder}". You have to remove (or rename) that container to be able to reuse that name.`,
      )
    }
    this.#byName.set(name, id)
  }

  /** @throws like {@link reserve}, and when it has that name already */
  rename(container: Container, name: string): void {
    const { record } = container
    if (record.name === name) {
      throw new AppError('E_API_BAD_REQUEST', 'Renaming a container with the same name as its current name')
    }
    this.reserve(name, record.id)
    this.releaseName(record.name, record.id)
    record.name = name
  }

  releaseName(name: string, id: string): void {
    if (this.#byName.get(name) === id) this.#byName.delete(name)
  }

  isNameTaken(name: string): boolean {
    return this.#byName.has(name)
  }
}
