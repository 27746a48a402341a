/** Where one engine keeps its things. All names it makes on the host derive from `tag`, so engines never meet. */
export interface EnginePaths {
  /** Data root: images, snapshots, volumes, container records. Survives a reboot. Default /var/lib/tsc-compose. */
  readonly root: string
  /** State folder: socket, FIFOs, mounts, runtime state. May vanish at a reboot. Default /run/tsc-compose. */
  readonly state: string
  /** Six hex digits of the data root's path: `tsc-<tag>` names interfaces, tables, cgroups and namespaces. */
  readonly tag: string
}
