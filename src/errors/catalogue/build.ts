import { errorRows } from './row.ts'

export const buildErrors = errorRows({
  E_BUILD_FAILED: { title: 'A step of a Dockerfile failed', hint: 'See the output of the step', exit: 1, http: 500 },
  E_BUILD_SYNTAX: {
    title: 'A Dockerfile cannot be read',
    hint: 'Correct the line that the message names',
    exit: 1,
    http: 400,
  },
  E_BUILD_UNSUPPORTED: {
    title: 'A Dockerfile uses something that is known but not supported yet',
    hint: 'Write the step without it, or build with another engine',
    exit: 1,
    http: 400,
  },
  E_BUILD_COPY: {
    title: 'A COPY or ADD cannot be done',
    hint: 'Check the paths, and what .dockerignore leaves out',
    exit: 1,
    http: 400,
  },
  E_BUILD_CONTEXT: {
    title: 'A build context cannot be used',
    hint: 'The context is a tar archive of a folder with a Dockerfile in it',
    exit: 1,
    http: 400,
  },
})
