import { deferred, type Deferred } from '../../lib/deferred.ts'
import type { ContainerContext } from './context.ts'
import type { Container } from './record.ts'

const waiting = new WeakMap<Container, Deferred<void>>()

/** Resolves when the container has been removed. */
export const removalOf = (context: ContainerContext, container: Container): Promise<void> => {
  if (!context.table.find(container.record.id)) return Promise.resolve()
  const removal = waiting.get(container) ?? deferred<void>()
  waiting.set(container, removal)
  return removal.promise
}

export const announceRemoval = (container: Container): void => waiting.get(container)?.resolve()
