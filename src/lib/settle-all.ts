/** Waits for all, also when some fail, so that nothing is still under way afterwards; then rejects with the first error. */
export const settleAll = async (work: readonly Promise<unknown>[]): Promise<void> => {
  const results = await Promise.allSettled(work)
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}
