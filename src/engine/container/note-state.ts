import { messageOf } from '../../errors/app-error.ts'
import type { ContainerContext } from './context.ts'
import type { Container } from './record.ts'

/**
 * Writes down a state that is true already. That this fails, on a full disk, is no reason to stop: what ends containers
 * and removes them is what frees the disk. False, and a warning, when it failed.
 */
export const noteState = async (
  { records, warn }: Pick<ContainerContext, 'records' | 'warn'>,
  { record }: Container,
  { durable = false }: { durable?: boolean } = {},
): Promise<boolean> => {
  try {
    await records.put(record.id, record, { durable })
    return true
  } catch (error) {
    warn(`${record.name}: its state cannot be written down: ${messageOf(error)}`)
    return false
  }
}
