import type { Digest } from '../oci/index.ts'
import type { ContentRecord } from './content.ts'
import type { CacheKey, KeyRecord } from './keys.ts'

/** The stored form of a result's key: the hashed parts, and what only serves to explain. */
export interface StoredRecord extends KeyRecord {
  readonly files?: ContentRecord | undefined
  /** Not part of any key: stage, step, line, image reference. */
  readonly about?: Readonly<Record<string, unknown>> | undefined
}

export interface CacheRecord {
  readonly id: number
  /** The primary key, which users of the result are keyed by. */
  readonly key: Digest
  /** `exec`, `copy` ... */
  readonly op: string
  readonly record: StoredRecord
  /** Undefined for the empty root. */
  readonly snapshotId: number | undefined
  readonly costMs: number
  readonly createdMs: number
  readonly usedMs: number
}

export interface CacheHit extends CacheRecord {
  /** Which of the keys asked for it was found by. */
  readonly foundBy: Digest
}

export interface NewCacheRecord {
  /** In order of preference; the first becomes the primary key, all of them find the record. */
  readonly keys: readonly CacheKey[]
  readonly op: string
  readonly record: StoredRecord
  readonly snapshotId: number | undefined
  /** What making the result took. */
  readonly costMs: number
}

export interface CacheStore {
  /**
   * The first of `keys` that has a record with a living snapshot whose parent is the root given by `rootChainId`
   * (undefined: any). Marks it used and makes the other keys find it too.
   */
  lookup(keys: readonly CacheKey[], rootChainId?: Digest | null): CacheHit | undefined
  /** Keeps a result; one that had the same primary key is replaced. The snapshot must be committed. */
  put(record: NewCacheRecord): CacheRecord
  touch(id: number): void
  list(): CacheRecord[]
  remove(id: number): void
  /** Drops records unused since `unusedSinceMs` (all when undefined), and returns how many. Snapshots are the gc's. */
  prune(unusedSinceMs?: number): number
}
