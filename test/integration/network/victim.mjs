import { openLab, request } from './lab.ts'

// Attaches and detaches containers of the engine with the tag that is given, until it is killed.
const lab = await openLab(process.argv[2])
await lab.part.create({ Name: 'net' })
process.stdout.write('ready\n')
for (;;) {
  const requests = [0, 1, 2, 3].map((n) =>
    request(`c${n}`, { net: {} }, { portBindings: { '80/tcp': [{ HostIp: '', HostPort: '' }] } }),
  )
  await Promise.all(requests.map((one) => lab.part.attach(one)))
  await Promise.all(requests.map(({ containerId }) => lab.part.detach(containerId)))
}
