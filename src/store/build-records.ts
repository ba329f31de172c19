/** A finished build as it was recorded; `record` is the JSON text of a BuildRecord (record/). */
export interface StoredBuildRecord {
  readonly id: string
  readonly startedMs: number
  readonly record: string
}

export interface BuildRecords {
  put(record: StoredBuildRecord): void
  get(id: string): StoredBuildRecord | undefined
  /** Newest first. */
  list(limit?: number): StoredBuildRecord[]
}
