import { errorRows } from './row.ts'

export const imageErrors = errorRows({
  E_IMAGE_NOT_FOUND: {
    title: 'An image is not in the local store',
    hint: 'Pull it, build it, or make a base image with tsc-engine image bootstrap',
    exit: 1,
    http: 404,
  },
})
