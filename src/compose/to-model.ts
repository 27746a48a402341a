import type { ComposeModel, ServiceModel } from './model.ts'
import { type MapNode, type Node, toPlain } from './node.ts'

/** The model of a tree that went through all phases without an error: that is what makes the types true. */
export const toModel = (root: Node, projectName: string): ComposeModel => {
  const { services, networks, volumes, configs, secrets, ...rest } = toPlain(root) as Partial<ComposeModel>
  return {
    name: projectName,
    services: services ?? {},
    networks: networks ?? {},
    volumes: volumes ?? {},
    configs: configs ?? {},
    secrets: secrets ?? {},
    extensions: Object.fromEntries(Object.entries(rest).filter(([key]) => key.startsWith('x-'))),
  }
}

export const toServices = (services: MapNode): Readonly<Record<string, ServiceModel>> =>
  toPlain(services) as Record<string, ServiceModel>
