import { connectEngine } from '../../src/remote/connect-engine.ts'
import { parseEngineAddress } from '../../src/remote/engine-address.ts'
import { enginePortContract } from './engine-port.contract.ts'

/** Run only when TSC_CONTRACT_DOCKER_HOST names a Docker Engine for tests that has an image `busybox` (vitest.config.ts). */
enginePortContract('Docker', async () => {
  const engine = connectEngine(parseEngineAddress(process.env['TSC_CONTRACT_DOCKER_HOST'] ?? ''))
  return { engine, image: 'busybox', [Symbol.asyncDispose]: async () => engine.close() }
})
