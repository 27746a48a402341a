import { errorRows } from './row.ts'

export const runtimeErrors = errorRows({
  E_RUNTIME_MISSING: {
    title: 'No OCI runtime is installed',
    hint: 'Install it: apt-get install crun',
    exit: 1,
    http: 500,
  },
  E_RUNTIME_UNSAFE: {
    title: 'An OCI runtime may be changed by others than root',
    hint: 'Give the program and its folder to root and take away the write permission of others',
    exit: 1,
    http: 500,
  },
  E_RUNTIME_FAILED: {
    title: 'The OCI runtime could not start a process',
    hint: 'Check the command, the mounts and the options that the message names',
    exit: 1,
    http: 500,
  },
  E_RUNTIME_VERIFY: {
    title: 'A created container is not what was asked for, so it was not started',
    hint: 'Do not trust the image; please report the differences that are listed',
    exit: 1,
    http: 500,
  },
  E_RUNTIME_OPTION: {
    title: 'An option of a container has a value that it cannot have',
    hint: 'Write it as the message says',
    exit: 1,
    http: 400,
  },
  E_RUNTIME_DEVICE: {
    title: 'A device of the host is not there',
    hint: 'Check the path with ls -l',
    exit: 1,
    http: 500,
  },
  E_RUNTIME_SECCOMP: {
    title: 'A seccomp profile cannot be used',
    hint: "Write it in Docker's format: docs.docker.com/engine/security/seccomp",
    exit: 1,
    http: 400,
  },
  E_RUNTIME_USER: {
    title: 'A user or group is unknown in the container',
    hint: 'Use a name from its /etc/passwd or a number',
    exit: 1,
    http: 400,
  },
  E_RUNTIME_PATH: {
    title: "A path in a container's file system cannot be used",
    hint: 'Look at what the image has there',
    exit: 1,
    http: 400,
  },
})
