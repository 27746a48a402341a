import { test } from 'vitest'
import { connectEngine } from '../../src/remote/connect-engine.ts'
import { parseEngineAddress } from '../../src/remote/engine-address.ts'
import { enginePortContract } from './engine-port.contract.ts'

/** Address of a Docker Engine that may be used for tests and has an image `busybox`. */
const host = process.env['TSC_CONTRACT_DOCKER_HOST']

if (host === undefined) {
  test('Docker as an Engine port', (context) => {
    context.skip('it needs a Docker Engine, named in TSC_CONTRACT_DOCKER_HOST')
  })
} else {
  enginePortContract('Docker', async () => {
    const engine = connectEngine(parseEngineAddress(host))
    return { engine, image: 'busybox', [Symbol.asyncDispose]: async () => engine.close() }
  })
}
