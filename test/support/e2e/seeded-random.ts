/** Numbers from 0 to 1 that are the same for the same seed (xorshift32; Marsaglia, "Xorshift RNGs", 2003). */
export const seededRandom = (seed: number): (() => number) => {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 2 ** 32
  }
}
