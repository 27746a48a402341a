// Control characters of both sets, and what reorders or hides text on a terminal.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Text that came from an image, a label or a name, made harmless for a terminal. Tabs and line breaks stay. */
export const clean = (text: string): string => text.replaceAll(CONTROL, '')

/** The same on one line. */
export const cleanLine = (text: string): string => clean(text).replaceAll(/[\t\n]+/g, ' ')
