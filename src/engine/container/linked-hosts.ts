import { readFile } from 'node:fs/promises'
import { type ContainerContext, containerFolder } from './context.ts'
import { etcFiles, hostsText, writeEtcFile } from './etc-files.ts'
import { linkHostsLine, linkTexts, parseLink, resolveLinks } from './links.ts'
import { type Container, isRunning } from './record.ts'

/** Rewrites the hosts file of every running container that links to `source`, which has come, gone or moved. */
export const updateLinkedHosts = async (context: ContainerContext, source: Container): Promise<void> => {
  const recipients = context.table
    .all()
    .filter(
      (container) =>
        isRunning(container) &&
        linkTexts(container.record).some((text) => context.table.find(parseLink(text).container) === source),
    )
  await Promise.all(recipients.map((recipient) => writeHosts(context, recipient)))
}

/** Writes /etc/hosts of a container from what is known when its turn comes: the last writer knows most. */
export const writeHosts = (context: ContainerContext, { record }: Container): Promise<void> =>
  context.mutex.run(`hosts ${record.id}`, async () => {
    const linkLines = resolveLinks(record, (name) => context.table.find(name)).map(linkHostsLine)
    const isOnHost = record.hostConfig.NetworkMode === 'host'
    const hostText = isOnHost ? await readFile('/etc/hosts', 'utf8').catch(() => undefined) : undefined
    const text = hostsText({ record, linkLines, ...(hostText === undefined ? {} : { hostText }) })
    await writeEtcFile(etcFiles(containerFolder(context, record.id)).hosts, text)
  })
