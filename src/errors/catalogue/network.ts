import { errorRows } from './row.ts'

export const networkErrors = errorRows({
  E_NETWORK_NOT_FOUND: {
    title: 'A network does not exist',
    hint: 'List them with tsc-engine network ls',
    exit: 1,
    http: 404,
  },
  E_NETWORK_AMBIGUOUS: {
    title: 'An id prefix fits more than one network',
    hint: 'Give more characters of the id, or the name',
    exit: 1,
    http: 400,
  },
  E_NETWORK_EXISTS: {
    title: 'A network of this name exists already',
    hint: 'Choose another name, or remove the network with tsc-engine network rm',
    exit: 1,
    http: 409,
  },
  E_NETWORK_INVALID: {
    title: 'A network is described wrongly',
    hint: 'Correct the value that is named',
    exit: 1,
    http: 400,
  },
  E_NETWORK_IN_USE: {
    title: 'A network has running containers',
    hint: 'Stop or disconnect the named containers first',
    exit: 1,
    http: 403,
  },
  E_NETWORK_PREDEFINED: {
    title: 'A built-in network cannot be made or removed',
    hint: 'bridge, host and none always exist; choose another name',
    exit: 1,
    http: 403,
  },
  E_NETWORK_OVERLAP: {
    title: 'Addresses of a network are used by something else',
    hint: 'Choose another subnet, or remove what is named',
    exit: 1,
    http: 403,
  },
  E_NETWORK_POOL_EXHAUSTED: {
    title: 'No address range is left for a new network',
    hint: 'Remove networks that nobody uses, or give the network a subnet of its own',
    exit: 1,
    http: 400,
  },
  E_NETWORK_ADDRESS: {
    title: 'A container cannot have the address it asks for',
    hint: "Choose a free address inside the network's subnet",
    exit: 1,
    http: 400,
  },
  E_NETWORK_ADDRESSES_EXHAUSTED: {
    title: 'A network has no free address left',
    hint: 'Make the network again with a larger subnet, or stop containers in it',
    exit: 1,
    http: 500,
  },
  E_NETWORK_PORT_TAKEN: {
    title: 'A port of the host is taken',
    hint: 'Stop what holds the port, or publish another one',
    exit: 1,
    http: 500,
  },
  E_NETWORK_PORT_INVALID: {
    title: 'A port cannot be published like this',
    hint: 'Ports are 1 to 65535 with tcp, udp or sctp, addresses those of this host',
    exit: 1,
    http: 400,
  },
  E_NETWORK_NOT_ATTACHED: {
    title: 'A container is not on a network, or not running',
    hint: 'See the networks of the container with tsc-engine inspect',
    exit: 1,
    http: 403,
  },
  E_NETWORK_CONNECTED: {
    title: 'A container is on the network already',
    hint: 'Disconnect it first if it is to have another address or other aliases',
    exit: 1,
    http: 403,
  },
  E_NETWORK_LINK: {
    title: 'The kernel refused a network link',
    hint: 'Read what the kernel said; the engine needs root and CAP_NET_ADMIN',
    exit: 1,
    http: 500,
  },
})
