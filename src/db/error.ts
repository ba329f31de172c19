import { messageOf, TareError } from '../base/error.ts'

/** Facts: `file`; of a failed statement `sql` and SQLite's `errcode`. */
export type DbErrorCode =
  | 'DB_BUSY'
  | 'DB_CORRUPT'
  | 'DB_FULL'
  | 'DB_UNREADABLE'
  | 'DB_NEWER_SCHEMA'
  | 'DB_NESTED_TRANSACTION'
  | 'DB_TEXT_NOT_UTF8'
  /** UNIQUE, FOREIGN KEY, CHECK or NOT NULL. */
  | 'DB_CONSTRAINT'
  | 'DB_FAILED'

/** Primary result codes of sqlite3.h. */
const SQLITE_BUSY = 5
const SQLITE_LOCKED = 6
const SQLITE_READONLY = 8
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14
const SQLITE_PROTOCOL = 15
const SQLITE_CONSTRAINT = 19
const SQLITE_NOTADB = 26
/** The WAL's index cannot grow: what opening says on a full disk. */
const SQLITE_IOERR_SHMSIZE = 4874

const RESTORE =
  'Move the file away together with its -wal and -shm and run again: images and caches are then made or pulled anew.'

/** SQLite's primary result code, undefined for what SQLite did not throw. */
function resultCodeOf(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode
  if (typeof code !== 'number') return undefined
  return code === SQLITE_IOERR_SHMSIZE ? SQLITE_FULL : code & 0xff
}

/** Another process is at it: worth another try. */
export function isBusy(error: unknown): boolean {
  const code = resultCodeOf(error)
  return code === SQLITE_BUSY || code === SQLITE_LOCKED || code === SQLITE_PROTOCOL
}

/** What SQLite threw while `doing` (an SQL text, or `opening`), as one of ours. Anything else comes back as it is. */
export function databaseError(error: unknown, doing: string, file: string): unknown {
  const code = resultCodeOf(error)
  if (code === undefined) return error
  const { kind, why, hint } = diagnose(code, messageOf(error))
  return new TareError<DbErrorCode>(kind, `${verbOf(doing)} ${file}: ${why}`, {
    cause: error,
    hint,
    facts: { file, errcode: code, sql: doing },
  })
}

interface Diagnosis {
  readonly kind: DbErrorCode
  readonly why: string
  readonly hint?: string
}

function diagnose(code: number, message: string): Diagnosis {
  switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return {
        kind: 'DB_BUSY',
        why: 'another process keeps it locked',
        hint: 'See which Tare process hangs, and end it.',
      }
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return { kind: 'DB_CORRUPT', why: `it is damaged (${message})`, hint: RESTORE }
    case SQLITE_FULL:
      return {
        kind: 'DB_FULL',
        why: 'no space left on the disk',
        hint: 'Make room, for instance with `tare system prune`.',
      }
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      return { kind: 'DB_UNREADABLE', why: message }
    case SQLITE_CONSTRAINT:
      return { kind: 'DB_CONSTRAINT', why: message }
    default:
      return { kind: 'DB_FAILED', why: message }
  }
}

function verbOf(doing: string): string {
  if (doing === 'opening') return doing
  return /^(SELECT|WITH|PRAGMA)/i.test(doing) ? 'reading' : 'writing'
}
