import { randomUUID } from 'node:crypto'

/**
 * JSON of a config.json or process.json. A bigint becomes a bare number: JSON.stringify knows none, and RLIM_INFINITY
 * does not fit a double. The mark that stands for it on the way is random, so no value of a user can look like it.
 */
export const ociJson = (value: object): string => {
  const mark = randomUUID()
  const text = JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? `${mark}${item}` : item))
  return text.replaceAll(new RegExp(`"${mark}(\\d+)"`, 'g'), '$1')
}
