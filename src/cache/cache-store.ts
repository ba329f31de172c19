import type { Db } from '../db/index.ts'
import type { Digest } from '../oci/index.ts'
import type { CacheKey, StoredRecord } from './keys.ts'

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
  /** Of the result's root; `null` for the empty one. */
  readonly chainId: Digest | null
}

export interface NewCacheRecord {
  /** In order of preference; the first becomes the primary key, all of them find the record. */
  readonly keys: readonly CacheKey[]
  /** `placeKeys` of a copy. */
  readonly places?: readonly CacheKey[] | undefined
  readonly op: string
  readonly record: StoredRecord
  readonly snapshotId: number | undefined
  /** What making the result took. */
  readonly costMs: number
}

export interface CacheStore {
  /**
   * The first of `keys` that has a record with a living snapshot, one that stands on the root given by `rootChainId` or
   * is that root (undefined: any). Marks it used, and makes the keys before it find it too. A record whose snapshot is
   * gone is a miss.
   */
  lookup(keys: readonly CacheKey[], rootChainId?: Digest | null): CacheHit | undefined
  /** Whether any record was kept with one of these as its place. */
  knowsPlace(places: readonly CacheKey[]): boolean
  /** Keeps a result; one that had the same primary key is replaced. The snapshot must be committed. */
  put(record: NewCacheRecord): CacheRecord
  touch(id: number): void
  /** By last use, the latest first. */
  list(): CacheRecord[]
  /** Nothing there is fine. */
  remove(id: number): void
  /** Drops records unused since `unusedSinceMs` (all when undefined), and returns how many. Snapshots are the gc's. */
  prune(unusedSinceMs?: number): number
}

export interface CacheOptions {
  /** Milliseconds since the epoch; the system's when left out. */
  readonly now?: (() => number) | undefined
  /** Only results of this kind of snapshot are hits: `overlay` or `copy`. */
  readonly snapshotKind?: string | undefined
}

/** A use is noted at most this often, so that a build that hits on everything writes nothing. */
const USE_MS = 60_000

interface Row {
  readonly id: number
  readonly key: Digest
  readonly op: string
  readonly record: string
  readonly snapshot_id: number | null
  readonly cost_ms: number
  readonly created_ms: number
  readonly used_ms: number
}

interface HitRow extends Row {
  readonly chain_id: Digest | null
  readonly parent_id: number | null
  readonly parent_chain: Digest | null
  readonly kind: string | null
}

const FIND = `
SELECT r.*, s.chain_id, s.parent_id, s.kind, p.chain_id AS parent_chain
FROM cache_key k
JOIN cache_record r ON r.id = k.record_id
LEFT JOIN snapshot s ON s.id = r.snapshot_id AND s.state = 'committed'
LEFT JOIN snapshot p ON p.id = s.parent_id
WHERE k.key = ? AND (r.snapshot_id IS NULL OR s.id IS NOT NULL)`

const PUT = `
INSERT INTO cache_record (key, op, record, snapshot_id, cost_ms, created_ms, used_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET op = excluded.op, record = excluded.record, snapshot_id = excluded.snapshot_id,
  cost_ms = excluded.cost_ms, created_ms = excluded.created_ms, used_ms = excluded.used_ms
RETURNING *`

const POINT = `
INSERT INTO cache_key (key, record_id) VALUES (?, ?)
ON CONFLICT (key) DO UPDATE SET record_id = excluded.record_id`

/** Cache records over the index. Every write is one short transaction. */
export function openCache(db: Db, options: CacheOptions = {}): CacheStore {
  return new SqliteCache(db, options.now ?? Date.now, options.snapshotKind)
}

class SqliteCache implements CacheStore {
  readonly #db: Db
  readonly #now: () => number
  readonly #kind: string | undefined

  constructor(db: Db, now: () => number, kind: string | undefined) {
    this.#db = db
    this.#now = now
    this.#kind = kind
  }

  lookup(keys: readonly CacheKey[], rootChainId?: Digest | null): CacheHit | undefined {
    for (const [position, { key }] of keys.entries()) {
      const row = this.#db.get<HitRow>(FIND, key)
      if (!row || !this.#usable(row, rootChainId)) continue
      this.#noteUse(row, keys.slice(0, position))
      return { ...recordOf(row), foundBy: key, chainId: row.chain_id }
    }
    return undefined
  }

  #usable(row: HitRow, rootChainId: Digest | null | undefined): boolean {
    if (this.#kind !== undefined && row.kind !== null && row.kind !== this.#kind) return false
    return rootChainId === undefined || row.chain_id === rootChainId || standsOn(row, rootChainId)
  }

  #noteUse(row: Row, missed: readonly CacheKey[]): void {
    const now = this.#now()
    if (missed.length === 0 && now - row.used_ms < USE_MS) return
    this.#db.transaction(() => {
      const { changes } = this.#db.run('UPDATE cache_record SET used_ms = ? WHERE id = ?', now, row.id)
      if (changes > 0) for (const { key } of missed) this.#db.run(POINT, key, row.id)
    })
  }

  knowsPlace(places: readonly CacheKey[]): boolean {
    return places.some(({ key }) => this.#db.get('SELECT 1 FROM cache_key WHERE key = ?', key) !== undefined)
  }

  put(record: NewCacheRecord): CacheRecord {
    const [primary] = record.keys
    if (!primary) throw new Error('a cache record needs a key')
    const { op, snapshotId, costMs } = record
    const text = JSON.stringify(record.record)
    const now = this.#now()
    const row = this.#db.transaction(() => {
      const stored = this.#db.get<Row>(PUT, primary.key, op, text, snapshotId, Math.round(costMs), now, now)
      if (!stored) throw new Error('the record was not kept')
      for (const { key } of [...record.keys, ...(record.places ?? [])]) this.#db.run(POINT, key, stored.id)
      return stored
    })
    return recordOf(row)
  }

  touch(id: number): void {
    this.#db.run('UPDATE cache_record SET used_ms = ? WHERE id = ?', this.#now(), id)
  }

  list(): CacheRecord[] {
    return this.#db.all<Row>('SELECT * FROM cache_record ORDER BY used_ms DESC, id DESC').map(recordOf)
  }

  remove(id: number): void {
    this.#db.run('DELETE FROM cache_record WHERE id = ?', id)
  }

  prune(unusedSinceMs?: number): number {
    if (unusedSinceMs === undefined) return this.#db.run('DELETE FROM cache_record').changes
    return this.#db.run('DELETE FROM cache_record WHERE used_ms < ?', unusedSinceMs).changes
  }
}

/** A key made of its inputs' keys does not say what the root turned out to be: layers must stack on the root at hand. */
function standsOn(row: HitRow, rootChainId: Digest | null): boolean {
  if (row.snapshot_id === null) return rootChainId === null
  return rootChainId === null ? row.parent_id === null : row.parent_chain === rootChainId
}

function recordOf(row: Row): CacheRecord {
  return {
    id: row.id,
    key: row.key,
    op: row.op,
    record: JSON.parse(row.record) as StoredRecord,
    snapshotId: row.snapshot_id ?? undefined,
    costMs: row.cost_ms,
    createdMs: row.created_ms,
    usedMs: row.used_ms,
  }
}
