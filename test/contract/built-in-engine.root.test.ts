import { builtInEngine } from '../support/built-in-engine.ts'
import { serveEngine } from '../support/served-engine.ts'
import { enginePortContract } from './engine-port.contract.ts'

enginePortContract('the built-in engine', async () => {
  const subject = await builtInEngine()
  return { engine: subject.engine.port, image: 'busybox', [Symbol.asyncDispose]: () => subject[Symbol.asyncDispose]() }
})

enginePortContract('the built-in engine behind the API and its client', async () => {
  const subject = await builtInEngine()
  const served = await serveEngine(subject.engine.port)
  return {
    engine: served.remote,
    image: 'busybox',
    async [Symbol.asyncDispose]() {
      await served[Symbol.asyncDispose]()
      await subject[Symbol.asyncDispose]()
      if (served.bugs.length > 0) throw new AggregateError(served.bugs, 'The API met bugs')
    },
  }
})
