import { type Node, child, scalar, text, withEntry } from '../node.ts'
import { resolvePath } from '../resolve-path.ts'
import { type Rewrite, rewrite, ruleTree } from '../rules.ts'

const REMOTE = /^(?:https?|git|ssh):\/\/|^github\.com\/|^git@|:\/\/|^service:/

/**
 * Makes paths absolute. A path starts at the folder of the file it is written in, where `extends` brought it in, and
 * at the project directory otherwise.
 */
export const resolvePaths = (root: Node, home: string): Node => {
  const absolute: Rewrite = (node) => {
    const path = text(node)
    return path === undefined ? node : scalar(resolvePath(path, node.at.source.baseDir, home), node.at)
  }
  const unlessRemote: Rewrite = (node, path) => (REMOTE.test(text(node) ?? '') ? node : absolute(node, path))
  const bindSource: Rewrite = (node, path) => {
    const source = child(node, 'source')
    if (node.kind !== 'map' || text(child(node, 'type')) !== 'bind' || !source) return node
    return withEntry(node, 'source', absolute(source, path) ?? source)
  }
  /** A local volume that binds a folder. */
  const bindDevice: Rewrite = (node, path) => {
    const options = child(node, 'driver_opts')
    const device = child(options, 'device')
    const isBind = text(child(node, 'driver')) === 'local' && text(child(options, 'o')) === 'bind'
    if (node.kind !== 'map' || options?.kind !== 'map' || !device || !isBind) return node
    return withEntry(node, 'driver_opts', withEntry(options, 'device', absolute(device, path) ?? device))
  }
  const rules = ruleTree<Rewrite>({
    'services.*.build.context': unlessRemote,
    'services.*.env_file.*.path': absolute,
    'services.*.label_file.*': absolute,
    'services.*.volumes.*': bindSource,
    'volumes.*': bindDevice,
    'configs.*.file': absolute,
    'secrets.*.file': absolute,
  })
  return rewrite(root, rules) ?? root
}
