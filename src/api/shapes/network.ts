import type { EndpointSettings } from '../../port/containers.ts'
import type { IpamPool, NetworkCreate } from '../../port/networks.ts'
import type { FieldsOf, Shape } from '../read-shape.ts'
import { endpointSettings } from './container.ts'

const labels: Shape = { map: 'string' }

const ipamPool: FieldsOf<IpamPool> = {
  fields: { Subnet: 'string', IPRange: 'string', Gateway: 'string', AuxiliaryAddresses: labels },
}

/** Body of `POST /networks/create`. */
export const networkCreateShape: FieldsOf<NetworkCreate> = {
  fields: {
    Name: 'string',
    Driver: 'string',
    Internal: 'boolean',
    Attachable: 'boolean',
    EnableIPv6: 'boolean',
    IPAM: { fields: { Driver: 'string', Config: { list: ipamPool }, Options: labels } },
    Options: labels,
    Labels: labels,
  },
}

/** Body of `POST /networks/{id}/connect`. */
export const connectShape: FieldsOf<{ Container: string; EndpointConfig?: EndpointSettings }> = {
  fields: { Container: 'string', EndpointConfig: endpointSettings },
}

/** Body of `POST /networks/{id}/disconnect`. */
export const disconnectShape: FieldsOf<{ Container: string; Force?: boolean }> = {
  fields: { Container: 'string', Force: 'boolean' },
}
