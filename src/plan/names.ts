/** `project-service-number`, or the name that the model fixes. */
export const containerName = (
  project: string,
  service: { readonly name: string; readonly containerName?: string },
  number: number,
): string => service.containerName ?? `${project}-${service.name}-${number}`

/** Name of an image that has a `build` and no `image`. */
export const defaultImageName = (project: string, service: string): string => `${project}-${service}`

/** Name of a container beside the one whose place it will take. */
export const temporaryName = (replacedId: string, name: string): string => `${replacedId.slice(0, 12)}_${name}`
