import { errorRows } from './row.ts'

export const imageErrors = errorRows({
  E_IMAGE_NOT_FOUND: {
    title: 'An image is not in the local store',
    hint: 'Pull it, build it, or make a base image with tsc-engine image bootstrap',
    exit: 1,
    http: 404,
  },
  E_IMAGE_AMBIGUOUS: {
    title: 'A short image id fits several images',
    hint: 'Write more digits of the id',
    exit: 1,
    http: 400,
  },
  E_IMAGE_CONFLICT: {
    title: 'An image is in use',
    hint: 'Remove what uses it, or force the removal where the message says so',
    exit: 1,
    http: 409,
  },
  E_IMAGE_DIGEST: {
    title: 'Content has not the digest or size that it should have',
    hint: 'Fetch the image again; when it happens again, the registry or the disk is at fault',
    exit: 1,
    http: 500,
  },
  E_IMAGE_BLOB_MISSING: {
    title: 'A part of an image is missing in the store',
    hint: 'Remove the image and fetch or build it again',
    exit: 1,
    http: 500,
  },
  E_IMAGE_LAYER: {
    title: 'A layer is not a valid archive, or breaks the rules for layers',
    hint: 'The image is damaged or hostile: ask whoever made it',
    exit: 1,
    http: 400,
  },
  E_IMAGE_LAYER_MISSING: {
    title: 'A layer of an image is not unpacked',
    hint: 'Remove the image and fetch or build it again',
    exit: 1,
    http: 500,
  },
  E_IMAGE_INVALID: {
    title: 'A manifest or image configuration cannot be used',
    hint: 'The image is damaged, of an unknown format or for another platform',
    exit: 1,
    http: 400,
  },
  E_IMAGE_CHANGE: {
    title: 'A change given to an import is no instruction that changes an image',
    hint: 'Write one of CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, USER, VOLUME, WORKDIR, STOPSIGNAL, HEALTHCHECK, SHELL',
    exit: 1,
    http: 400,
  },
  E_IMAGE_BOOTSTRAP: {
    title: 'A base image cannot be made',
    hint: 'Write busybox, debian:SUITE or debian:SUITE-slim',
    exit: 1,
    http: 400,
  },
  E_IMAGE_REGISTRY: {
    title: 'A registry refused or failed',
    hint: 'Check the name, the credentials and the connection',
    exit: 1,
    http: 500,
  },
  E_SNAPSHOT_NOT_FOUND: {
    title: 'A writable layer does not exist',
    hint: 'Its container was removed, or the data root was changed by hand',
    exit: 1,
    http: 404,
  },
  E_SNAPSHOT_TOO_DEEP: {
    title: 'An image has more layers than the kernel can stack',
    hint: 'Join steps of its Dockerfile',
    exit: 1,
    http: 400,
  },
})
