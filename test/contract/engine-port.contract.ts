import { afterAll, beforeAll, describe } from 'vitest'
import { containersContract } from './containers.contract.ts'
import type { ContractEngine } from './contract-kit.ts'
import { eventsContract } from './events.contract.ts'
import { execContract } from './exec.contract.ts'
import { imagesContract } from './images.contract.ts'
import { networksContract } from './networks.contract.ts'
import { streamsContract } from './streams.contract.ts'
import { systemContract } from './system.contract.ts'
import { volumesContract } from './volumes.contract.ts'

/** What holds for every implementation of the Engine port, told by what can be seen through the port alone. */
export const enginePortContract = (name: string, makeEngine: () => Promise<ContractEngine>): void => {
  describe(`${name} as an Engine port`, () => {
    let subject: ContractEngine | undefined
    const get = (): ContractEngine => {
      if (!subject) throw new Error('The engine is not made yet')
      return subject
    }
    beforeAll(async () => {
      subject = await makeEngine()
    })
    afterAll(async () => {
      await subject?.[Symbol.asyncDispose]()
    })
    systemContract(get)
    containersContract(get)
    streamsContract(get)
    execContract(get)
    eventsContract(get)
    imagesContract(get)
    networksContract(get)
    volumesContract(get)
  })
}
