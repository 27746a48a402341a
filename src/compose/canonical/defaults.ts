import { type Node, type ScalarValue, child, isNull, scalar, text, withEntry } from '../node.ts'
import { type Rewrite, rewrite, ruleTree } from '../rules.ts'

/** Sets the keys that a mapping lacks; a value may be made from the mapping. */
const fill =
  (values: Readonly<Record<string, ScalarValue | ((node: Node) => ScalarValue | undefined)>>): Rewrite =>
  (node) => {
    if (node.kind !== 'map') return node
    let next = node
    for (const [key, value] of Object.entries(values)) {
      const known = child(node, key)
      if (known && !isNull(known)) continue
      const filled = typeof value === 'function' ? value(node) : value
      if (filled !== undefined) next = withEntry(next, key, scalar(filled, node.at))
    }
    return next
  }

const DEFAULTS = ruleTree<Rewrite>({
  'services.*.build': fill({
    context: '.',
    dockerfile: (node) => (child(node, 'dockerfile_inline') ? undefined : 'Dockerfile'),
  }),
  'services.*.depends_on.*': fill({ required: true }),
  'services.*.env_file.*': fill({ required: true }),
  'services.*.ports.*': fill({ mode: 'ingress', protocol: 'tcp' }),
  'services.*.secrets.*': fill({ target: (node) => `/run/secrets/${text(child(node, 'source')) ?? ''}` }),
})

/** Values that Compose assumes where the files say nothing. */
export const applyDefaults = (root: Node): Node => rewrite(root, DEFAULTS) ?? root
