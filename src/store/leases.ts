/** What a lease can keep from gc. */
export type HoldKind = 'blob' | 'image' | 'snapshot'

/**
 * What a process holds on to: alive while run/<id>.lock is locked, which ends with the process whatever way it ends.
 * Rows and temp files of a dead lease are anybody's to reap.
 */
export interface Lease {
  readonly id: string
  hold(kind: HoldKind, key: string | number): void
  drop(kind: HoldKind, key: string | number): void
  /** A fresh path in ingest/ that is reaped with the lease. The file is the caller's to make and remove. */
  tempPath(): string
}

/** What `reapDeadLeases` did. Snapshots whose `lease_id` is in no row of `lease` are the snapshot room's to reap. */
export interface Reaped {
  readonly leases: readonly string[]
  readonly tempFiles: number
}
