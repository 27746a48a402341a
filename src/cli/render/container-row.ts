import { LABEL } from '../../plan/labels.ts'
import type { ProjectContainer } from '../target.ts'
import { printBytes } from '../../lib/bytes.ts'
import type { TemplateRow } from './go-template.ts'
import { goTime, humanDuration } from './human-time.ts'
import { printPorts } from './ports.ts'
import { ellipsis } from './ellipsis.ts'
import type { RowFormat } from './format-rows.ts'

const COMMAND_WIDTH = 20
const MOUNT_WIDTH = 15

/** What `ps` shows: columns of its table, and the keys of `--format json`. */
export const CONTAINER_FORMAT: RowFormat = {
  fields: [
    'Command',
    'CreatedAt',
    'ExitCode',
    'Health',
    'ID',
    'Image',
    'Labels',
    'LocalVolumes',
    'Mounts',
    'Name',
    'Names',
    'Networks',
    'Ports',
    'Project',
    'Publishers',
    'RunningFor',
    'Service',
    'Size',
    'State',
    'Status',
  ],
  columns: [
    ['NAME', 'Name'],
    ['IMAGE', 'Image'],
    ['COMMAND', 'Command'],
    ['SERVICE', 'Service'],
    ['CREATED', 'RunningFor'],
    ['STATUS', 'Status'],
    ['PORTS', 'Ports'],
  ],
}

/** `now` in milliseconds. */
export const containerRow = (
  { summary, id, name, service }: ProjectContainer,
  { trunc, now }: { readonly trunc: boolean; readonly now: number },
): TemplateRow => {
  const shorten = (text: string, width: number): string => (trunc ? ellipsis(text, width) : text)
  const volumes = summary.Mounts.filter(({ Type, Driver }) => Type === 'volume' && (Driver ?? 'local') === 'local')
  const mounts = summary.Mounts.map((mount) => shorten(mount.Name ?? mount.Source, MOUNT_WIDTH))
  return {
    Command: JSON.stringify(shorten(summary.Command, COMMAND_WIDTH)),
    CreatedAt: goTime(summary.Created),
    ExitCode: exitCodeIn(summary.Status),
    Health: healthIn(summary.Status),
    ID: trunc ? id.slice(0, 12) : id,
    Image: summary.Image,
    Labels: Object.entries(summary.Labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
    LabelMap: summary.Labels,
    LocalVolumes: String(volumes.length),
    Mounts: mounts.join(','),
    Name: name,
    Names: name,
    Networks: Object.keys(summary.NetworkSettings.Networks).join(','),
    Ports: printPorts(summary.Ports),
    Project: summary.Labels[LABEL.project] ?? '',
    Publishers: summary.Ports.map((port) => ({
      URL: port.IP ?? '',
      TargetPort: port.PrivatePort,
      PublishedPort: port.PublicPort ?? 0,
      Protocol: port.Type,
    })),
    RunningFor: `${humanDuration(Math.max(0, now / 1000 - summary.Created))} ago`,
    Service: service,
    Size: summary.SizeRw === undefined ? '0B' : printBytes(summary.SizeRw),
    State: summary.State,
    Status: summary.Status,
  }
}

/** `starting`, `healthy`, `unhealthy` of `Up 5 seconds (health: starting)`; '' without a health check. */
export const healthIn = (status: string): string =>
  /\((?:health: )?(starting|healthy|unhealthy)\b/.exec(status)?.[1] ?? ''

const exitCodeIn = (status: string): number => Number(/^(?:Exited|Restarting) \((\d+)\)/.exec(status)?.[1] ?? 0)
