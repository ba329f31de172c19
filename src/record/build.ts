import type { Digest } from '../oci/index.ts'

/** What one vertex of a build did. Times are milliseconds since the epoch. */
export interface StepRecord {
  /** `[builder 4/7] RUN go build`. */
  readonly name: string
  readonly startedMs?: number | undefined
  readonly completedMs?: number | undefined
  readonly outcome: 'done' | 'cached' | 'failed' | 'canceled' | 'unfinished'
  /** Length of the layer tar the step added. */
  readonly uncompressedBytes?: number | undefined
  readonly message?: string | undefined
  /** The last lines of its output, sanitised, oldest first. */
  readonly output?: readonly string[] | undefined
}

/** What is kept of a build after its end. */
export interface BuildRecord {
  readonly version: 1
  readonly id: string
  readonly startedMs: number
  readonly completedMs: number
  readonly outcome: 'done' | 'failed' | 'canceled'
  /** As the user named it. */
  readonly dockerfile: string
  readonly target: string
  readonly platform: string
  readonly steps: readonly StepRecord[]
  readonly warnings: readonly { readonly code: string; readonly message: string }[]
  readonly image?: Digest | undefined
  readonly error?: { readonly code: string; readonly message: string } | undefined
}
