import { describe, test } from 'vitest'
import { connectEngine } from '../../src/remote/connect-engine.ts'
import { parseEngineAddress } from '../../src/remote/engine-address.ts'
import { enginePortContract } from './engine-port.contract.ts'

/** Address of a Docker Engine that may be used for tests and has an image `busybox`. */
const host = process.env['TSC_CONTRACT_DOCKER_HOST']

if (host === undefined) {
  describe('Docker as an Engine port', () => {
    test.skip('needs a Docker Engine: set TSC_CONTRACT_DOCKER_HOST to its address', () => undefined)
  })
} else {
  enginePortContract('Docker', async () => {
    const engine = connectEngine(parseEngineAddress(host))
    return { engine, image: 'busybox', [Symbol.asyncDispose]: async () => engine.close() }
  })
}
