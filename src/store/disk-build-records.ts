import type { Db } from '../db/index.ts'
import type { BuildRecords, StoredBuildRecord } from './build-records.ts'

const COLUMNS = 'id, started_ms AS startedMs, record'

/** Build records as rows. */
export class DiskBuildRecords implements BuildRecords {
  readonly #db: () => Db

  constructor(db: () => Db) {
    this.#db = db
  }

  put({ id, startedMs, record }: StoredBuildRecord): void {
    this.#db().run(
      'INSERT OR REPLACE INTO build_record (id, started_ms, record) VALUES (?, ?, ?)',
      id,
      startedMs,
      record,
    )
  }

  get(id: string): StoredBuildRecord | undefined {
    return this.#db().get(`SELECT ${COLUMNS} FROM build_record WHERE id = ?`, id)
  }

  list(limit = -1): StoredBuildRecord[] {
    return this.#db().all(`SELECT ${COLUMNS} FROM build_record ORDER BY started_ms DESC, id DESC LIMIT ?`, limit)
  }
}
