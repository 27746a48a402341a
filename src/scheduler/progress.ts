/** One change of one resource, with Compose's ids and words: `Container p-web-1` `Creating`. */
export interface ProgressEvent {
  /** `Container p-web-1`, `Network p_default`, `Volume p_data`, `Image nginx`; a layer's id under `parentId`. */
  readonly id: string
  readonly parentId?: string
  readonly status: 'working' | 'done' | 'warning' | 'error'
  /** `Creating`, `Created`, `Started`, `Healthy`, `Pulling`, …; the sentence of an error. */
  readonly text: string
  /** More on it: output of a build, the reason of a skip. */
  readonly details?: string
  /** Bytes. */
  readonly current?: number
  readonly total?: number
}

export type Emit = (event: ProgressEvent) => void
