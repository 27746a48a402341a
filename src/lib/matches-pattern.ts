/** Whether a user's regular expression matches somewhere in the text; what is none matches nothing, as in Docker's filters. */
export const matchesPattern = (pattern: string, text: string): boolean => {
  try {
    return new RegExp(pattern).test(text)
  } catch {
    return false
  }
}
