import { processEngine } from '../support/process-engine/process-engine.ts'
import { serveEngine } from '../support/served-engine.ts'
import { enginePortContract } from './engine-port.contract.ts'

enginePortContract('a process engine behind the API and its client', async () => {
  const engine = processEngine({ images: ['busybox'] })
  const served = await serveEngine(engine)
  return {
    engine: served.remote,
    image: 'busybox',
    [Symbol.asyncDispose]: async () => {
      await served[Symbol.asyncDispose]()
      await engine.close()
      if (served.bugs.length > 0) throw new AggregateError(served.bugs, 'The API met failures that are bugs')
    },
  }
})
