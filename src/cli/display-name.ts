import type { Labels } from '../port/common.ts'
import { LABEL } from '../plan/labels.ts'

/** `web-1` of `project-web-1`; a name that the model fixes is left as it is. */
export const displayName = ({
  name,
  labels,
  project,
}: {
  readonly name: string
  readonly labels: Labels
  readonly project: string
}): string => {
  const standard = `${labels[LABEL.service]}-${labels[LABEL.number]}`
  return name === `${project}-${standard}` ? standard : name
}
