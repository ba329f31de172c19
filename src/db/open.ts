import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { TareError } from '../base/error.ts'
import { toFsPath } from '../base/text.ts'
import { Connection } from './connection.ts'
import type { Db } from './db.ts'
import { type DbErrorCode, databaseError } from './error.ts'
import { assertKnownVersion, migrate } from './migrate.ts'
import { loadSqlite } from './sqlite.ts'

/** How long SQLite itself waits for a lock. */
const BUSY_MS = 10_000

export interface OpenOptions {
  /** Opens an existing database of this schema or an older one, and changes nothing. */
  readonly readOnly?: boolean | undefined
}

/**
 * Opens the index, making it or bringing its schema up to date unless `readOnly`. Any number of processes may do so at
 * once. Throws `DB_NEWER_SCHEMA`, `DB_CORRUPT`, `DB_UNREADABLE`, `DB_FULL`, `DB_BUSY`.
 *
 * The journal is a WAL with synchronous=NORMAL: a killed process loses nothing, and after a power cut the last
 * transactions may be missing, but never one of them without those before it. As files are made durable before the row
 * that names them, that leaves a file too many at worst. The other way round, before a file is deleted, a `durable`
 * transaction is needed. (FULL for all would be an fsync for each of the several transactions of every build step.)
 */
export function openDatabase(file: string, options: OpenOptions = {}): Db {
  const readOnly = options.readOnly ?? false
  if (readOnly && !existsSync(toFsPath(file))) {
    throw new TareError<DbErrorCode>('DB_UNREADABLE', `opening ${file}: it does not exist`, { facts: { file } })
  }
  let sqlite: DatabaseSync | undefined
  try {
    sqlite = new (loadSqlite().DatabaseSync)(toFsPath(file), {
      readOnly,
      timeout: BUSY_MS,
      enableForeignKeyConstraints: true,
    })
    if (readOnly) assertKnownVersion(sqlite, file)
    else migrate(sqlite, file)
    sqlite.exec('PRAGMA synchronous = NORMAL')
    return new Connection(sqlite, file)
  } catch (error) {
    sqlite?.close()
    throw databaseError(error, 'opening', file)
  }
}
