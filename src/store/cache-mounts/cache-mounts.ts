/** Who may use a cache mount at a time: anybody, one with others waiting, one with others getting another. */
export type CacheMountSharing = 'shared' | 'locked' | 'private'

export interface CacheMountRequest {
  /** Requests with one key mean the same directory. */
  readonly key: string
  /** What users know it by. */
  readonly name: string
  readonly sharing: CacheMountSharing
  /** Fills the directory of a new one, and sets its mode and owner. */
  readonly seed: (directory: string) => Promise<void>
  /** Called once when somebody else has it. */
  readonly onWait?: (() => void) | undefined
  readonly signal: AbortSignal
}

/** A cache mount in use, until it is disposed of or the process dies. */
export interface HeldCacheMount extends Disposable {
  /** Absolute path on the host. */
  readonly directory: string
}

export interface CacheMountUsage {
  readonly mounts: number
  readonly inUse: number
  readonly diskBytes: number
  /** Of those that nobody uses. */
  readonly reclaimableBytes: number
}

export interface RemovedCacheMounts {
  readonly mounts: number
  readonly diskBytes: number
}

/**
 * Directories that outlive builds (`RUN --mount=type=cache`). Any number of processes may share them; who uses one holds a
 * lock on a file beside it, which falls with the process.
 */
export interface CacheMounts {
  /** Waits where `sharing` says so. Rejects with the signal's reason. */
  acquire(request: CacheMountRequest): Promise<HeldCacheMount>
  usage(): Promise<CacheMountUsage>
  /** Removes all that nobody uses, and what killed removals left. */
  removeUnused(): Promise<RemovedCacheMounts>
  /** Directories that no row names. */
  strays(): string[]
}
