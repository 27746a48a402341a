/** What the keys typed so far come to. */
export interface DetachScan {
  /** Bytes to hand on: what was held back for a sequence that did not come true is given out first. */
  readonly pass: Uint8Array
  /** The whole sequence was typed; nothing after it is handed on. */
  readonly detached: boolean
}

const NAMED: Readonly<Record<string, number>> = { '@': 0, '[': 27, '\\': 28, ']': 29, '^': 30, _: 31 }

/** Bytes of a comma-separated key sequence, `ctrl-p,ctrl-q` or `a`; undefined when a key is unknown. */
export const parseDetachKeys = (text: string): readonly number[] | undefined => {
  const keys = text.split(',').map(keyByte)
  return keys.every((key) => key !== undefined) ? keys : undefined
}

const keyByte = (key: string): number | undefined => {
  if (key.length === 1) return key.charCodeAt(0)
  const control = /^ctrl-(.)$/.exec(key)?.[1]
  if (control === undefined) return undefined
  return /[a-z]/.test(control) ? control.charCodeAt(0) - 96 : NAMED[control]
}

/** Watches terminal input for a key sequence that may be spread over several reads. */
export const detachScanner = (keys: readonly number[]): ((data: Uint8Array) => DetachScan) => {
  let matched = 0
  return (data) => {
    const pass: number[] = []
    for (const byte of data) {
      if (byte !== keys[matched]) {
        pass.push(...keys.slice(0, matched))
        matched = 0
      }
      if (byte === keys[matched]) matched += 1
      else pass.push(byte)
      if (matched === keys.length) return { pass: Uint8Array.from(pass), detached: true }
    }
    return { pass: Uint8Array.from(pass), detached: false }
  }
}
