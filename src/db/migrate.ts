import type { DatabaseSync } from 'node:sqlite'
import { TareError } from '../base/error.ts'
import type { DbErrorCode } from './error.ts'
import { FIRST } from './migrations/001-first.sql.ts'
import { SELECTIONS } from './migrations/002-selections.sql.ts'
import { CACHE_MOUNTS } from './migrations/003-cache-mounts.sql.ts'
import { retryWhileBusy } from './wait.ts'

/** In order; the schema's version (`PRAGMA user_version`) is how many of them a file has seen. Never change one that was released. */
const MIGRATIONS: readonly string[] = [FIRST, SELECTIONS, CACHE_MOUNTS]

/** Brings a file up to date; any number of processes may do it at once. Throws `DB_NEWER_SCHEMA`. */
export function migrate(db: DatabaseSync, file: string): void {
  if (assertKnownVersion(db, file) === MIGRATIONS.length) return
  // Kept in the file from here on. Switching needs the file alone for a moment, and SQLite does not wait for that itself.
  retryWhileBusy(() => db.exec('PRAGMA journal_mode = WAL'))
  retryWhileBusy(() => db.exec('BEGIN IMMEDIATE'))
  try {
    for (const sql of MIGRATIONS.slice(assertKnownVersion(db, file))) db.exec(sql)
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`)
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/** The file's version. Throws `DB_NEWER_SCHEMA` when a later Tare has written it. */
export function assertKnownVersion(db: DatabaseSync, file: string): number {
  const row = retryWhileBusy(() => db.prepare('PRAGMA user_version').get()) as { user_version: number }
  const version = row.user_version
  if (version <= MIGRATIONS.length) return version
  throw new TareError<DbErrorCode>(
    'DB_NEWER_SCHEMA',
    `opening ${file}: expected schema version ${MIGRATIONS.length} or older, got ${version}`,
    {
      facts: { file, expected: MIGRATIONS.length, actual: version },
      hint: 'A newer Tare has used this store: update Tare, or give another $TARE_ROOT.',
    },
  )
}
