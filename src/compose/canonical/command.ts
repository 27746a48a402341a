import { type Node, scalar, seq, text } from '../node.ts'
import { shellWords } from './shell-words.ts'
import { type Transform, reject, warn } from './transform.ts'

/** A command line as its words; null stays: the image's command. */
export const command: Transform = (node, site) => {
  const line = text(node)
  if (line === undefined) return node
  const split = shellWords(line)
  if (!split) {
    const hint = 'Close the quote, or write the command as a list of words'
    return reject(site, node.at, `"${line}" is not a command line`, hint)
  }
  if (split.cut !== undefined) {
    const rewrite = JSON.stringify(['sh', '-c', line])
    warn(
      site,
      node.at,
      `no shell runs this command: "${split.cut}" is cut off`,
      `Write ${rewrite} to run it in a shell`,
    )
  }
  return seq(
    split.words.map((word) => scalar(word, node.at)),
    node.at,
  )
}

const TEST_KINDS = ['NONE', 'CMD', 'CMD-SHELL']

/** Text becomes `[CMD-SHELL, text]`; a list must say how it is run. */
export const healthTest: Transform = (node, site) => {
  const line = text(node)
  if (line !== undefined) return seq([scalar('CMD-SHELL', node.at), node], node.at)
  const first: Node | undefined = node.kind === 'seq' ? node.items[0] : undefined
  if (!first || TEST_KINDS.includes(text(first) ?? '')) return node
  const hint = `Put "CMD" before ${JSON.stringify(text(first) ?? '')}, or write the test as one text for a shell`
  return reject(site, first.at, 'the list must start with "CMD", "CMD-SHELL" or "NONE"', hint)
}
