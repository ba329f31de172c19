import { TareError } from '../../base/error.ts'
import type { Db } from '../../db/index.ts'
import type { Digest } from '../../oci/index.ts'
import type { SnapshotErrorCode } from '../error.ts'
import type { Snapshot, SnapshotId } from '../snapshotter.ts'

export type SnapshotState = 'active' | 'committed' | 'removing'

/** A row of the table `snapshot`. */
export interface SnapshotRow {
  readonly id: SnapshotId
  readonly parent_id: SnapshotId | null
  readonly state: SnapshotState
  readonly lease_id: string | null
  readonly chain_id: Digest | null
  readonly diff_id: Digest | null
  readonly uncompressed_bytes: number | null
  readonly entries: number | null
  readonly disk_bytes: number | null
  /** Where its content came from: a canonical layer of Tare's own, or somebody else's tar. */
  readonly origin: 'built' | 'unpacked'
}

/** What becomes of an active row when it is committed. */
export interface Commit {
  readonly id: SnapshotId
  readonly parentId: SnapshotId | undefined
  readonly chainId: Digest
  readonly diffId: Digest
  readonly uncompressedBytes: number
  readonly entries: number
  readonly diskBytes: number
  readonly origin: SnapshotRow['origin']
}

const KIND = 'overlay'

/** The snapshot table as this implementation uses it. All calls are synchronous; transactions are the caller's. */
export class SnapshotRows {
  readonly db: Db
  readonly #leaseId: () => string

  constructor(db: Db, leaseId: () => string) {
    this.db = db
    this.#leaseId = leaseId
  }

  find(id: SnapshotId): SnapshotRow | undefined {
    return this.db.get<SnapshotRow>('SELECT * FROM snapshot WHERE id = ? AND kind = ?', id, KIND)
  }

  committed(id: SnapshotId): SnapshotRow {
    const row = this.find(id)
    if (row?.state === 'committed') return row
    throw new TareError<SnapshotErrorCode>('SNAPSHOT_NOT_FOUND', `opening snapshot ${id}: it is not in the store`, {
      facts: { id },
    })
  }

  byChain(chainId: Digest): SnapshotRow | undefined {
    const sql = "SELECT * FROM snapshot WHERE kind = ? AND chain_id = ? AND state = 'committed'"
    return this.db.get<SnapshotRow>(sql, KIND, chainId)
  }

  all(): SnapshotRow[] {
    return this.db.all<SnapshotRow>('SELECT * FROM snapshot WHERE kind = ? ORDER BY id', KIND)
  }

  /** A committed snapshot and all below it, the top first. Throws `SNAPSHOT_NOT_FOUND`. */
  stack(id: SnapshotId): SnapshotId[] {
    this.committed(id)
    const sql = `WITH RECURSIVE stack(id, parent_id, depth) AS (
        SELECT id, parent_id, 0 FROM snapshot WHERE id = ?
        UNION ALL SELECT s.id, s.parent_id, depth + 1 FROM snapshot s JOIN stack ON s.id = stack.parent_id)
      SELECT id FROM stack ORDER BY depth`
    return this.db.all<{ id: SnapshotId }>(sql, id).map(row => row.id)
  }

  hasChildren(id: SnapshotId): boolean {
    return this.db.get('SELECT 1 FROM snapshot WHERE parent_id = ? LIMIT 1', id) !== undefined
  }

  insertActive(parentId: SnapshotId | undefined): SnapshotId {
    const now = Date.now()
    const sql = `INSERT INTO snapshot (parent_id, kind, state, lease_id, created_ms, used_ms)
      VALUES (?, ?, 'active', ?, ?, ?)`
    return this.db.run(sql, parentId, KIND, this.#leaseId(), now, now).lastId
  }

  /** Holds the snapshot for this process too: nothing else names it yet. */
  commit(commit: Commit): void {
    this.db.run(
      `UPDATE snapshot SET state = 'committed', lease_id = NULL, parent_id = ?, chain_id = ?, diff_id = ?,
        uncompressed_bytes = ?, entries = ?, disk_bytes = ?, origin = ?, used_ms = ? WHERE id = ?`,
      commit.parentId,
      commit.chainId,
      commit.diffId,
      commit.uncompressedBytes,
      commit.entries,
      commit.diskBytes,
      commit.origin,
      Date.now(),
      commit.id,
    )
    this.hold(commit.id)
  }

  hold(id: SnapshotId): void {
    const sql = "INSERT OR IGNORE INTO lease_hold (lease_id, kind, key) VALUES (?, 'snapshot', ?)"
    this.db.run(sql, this.#leaseId(), String(id))
  }

  /** From here on the row only says that its directory is being taken away, by this process. */
  markRemoving(id: SnapshotId): void {
    this.db.run("UPDATE snapshot SET state = 'removing', lease_id = ? WHERE id = ?", this.#leaseId(), id)
  }

  delete(id: SnapshotId): void {
    this.db.run('DELETE FROM snapshot WHERE id = ?', id)
  }

  /** Active and half removed ones whose owner's lease is gone, children before their parents. */
  orphans(): SnapshotRow[] {
    return this.db.all<SnapshotRow>(
      `SELECT * FROM snapshot WHERE kind = ? AND state <> 'committed'
        AND (lease_id IS NULL OR lease_id NOT IN (SELECT id FROM lease)) ORDER BY id DESC`,
      KIND,
    )
  }
}

export function snapshotOf(row: SnapshotRow): Snapshot {
  return {
    id: row.id,
    parent: row.parent_id ?? undefined,
    chainId: row.chain_id as Digest,
    diffId: row.diff_id as Digest,
    uncompressedBytes: row.uncompressed_bytes ?? 0,
    entries: row.entries ?? 0,
  }
}
