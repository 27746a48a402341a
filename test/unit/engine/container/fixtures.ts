import { type Container, type ContainerRecord, newRunState } from '../../../../src/engine/container/record.ts'
import { digest } from '../../../../src/spec/digest.ts'

type Changes = Partial<Omit<ContainerRecord, 'state'>> & { state?: Partial<ContainerRecord['state']> }

/** A container with what a test is about; it has not run. */
export const container = ({ state, ...changes }: Changes = {}): Container => ({
  execIds: new Set(),
  record: {
    id: 'c'.repeat(64),
    name: 'web',
    created: '2026-11-24T10:00:00.000000000Z',
    imageId: digest(`sha256:${'0'.repeat(64)}`),
    diffIds: [],
    config: {},
    hostConfig: {},
    mounts: [],
    mountOptions: {},
    endpoints: {},
    networkSettings: {
      Bridge: '',
      SandboxID: '',
      SandboxKey: '',
      Ports: {},
      Networks: {},
      Gateway: '',
      IPAddress: '',
      IPPrefixLen: 0,
      MacAddress: '',
    },
    state: { ...newRunState(), ...state },
    ...changes,
  },
})
