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

/** Writes /etc/hosts of a running container from what is known now. */
export const writeHosts = async (context: ContainerContext, { record }: Container): Promise<void> => {
  const links = resolveLinks(record, (name) => context.table.find(name))
  const hostGateway = Object.values(record.networkSettings.Networks)[0]?.Gateway ?? ''
  const text = hostsText({ record, linkLines: links.map(linkHostsLine), hostGateway })
  await writeEtcFile(etcFiles(containerFolder(context, record.id)).hosts, text)
}
