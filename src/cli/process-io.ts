import type { CliIo, InterruptName } from './io.ts'

const INTERRUPTS: readonly InterruptName[] = ['SIGINT', 'SIGTERM']

/** The world of this process. */
export const processIo = (): CliIo => ({
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  onInterrupt(listener) {
    for (const name of INTERRUPTS) process.on(name, listener)
    return () => {
      for (const name of INTERRUPTS) process.off(name, listener)
    }
  },
})
