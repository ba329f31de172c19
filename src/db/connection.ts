import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { TareError } from '../base/error.ts'
import type { Db, RunResult, SqlParameter, TransactionOptions } from './db.ts'
import { type DbErrorCode, databaseError } from './error.ts'
import { retryWhileBusy } from './wait.ts'

/** The Db over one SQLite connection. */
export class Connection implements Db {
  readonly file: string
  readonly #sqlite: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(sqlite: DatabaseSync, file: string) {
    this.#sqlite = sqlite
    this.file = file
  }

  get inTransaction(): boolean {
    return this.#sqlite.isTransaction
  }

  get<T extends object>(sql: string, ...parameters: readonly SqlParameter[]): T | undefined {
    return this.#guard(sql, () => this.#prepare(sql).get(...this.#values(sql, parameters)) as T | undefined)
  }

  all<T extends object>(sql: string, ...parameters: readonly SqlParameter[]): T[] {
    return this.#guard(sql, () => this.#prepare(sql).all(...this.#values(sql, parameters)) as T[])
  }

  run(sql: string, ...parameters: readonly SqlParameter[]): RunResult {
    return this.#guard(sql, () => {
      const { changes, lastInsertRowid } = this.#prepare(sql).run(...this.#values(sql, parameters))
      return { changes: Number(changes), lastId: Number(lastInsertRowid) }
    })
  }

  transaction<T>(work: () => T, options: TransactionOptions = {}): T {
    if (this.inTransaction) {
      throw new TareError<DbErrorCode>('DB_NESTED_TRANSACTION', 'beginning a transaction: one is open already', {
        facts: { file: this.file },
      })
    }
    if (!options.durable) return this.#transact(work)
    this.#exec('PRAGMA synchronous = FULL')
    try {
      return this.#transact(work)
    } finally {
      this.#exec('PRAGMA synchronous = NORMAL')
    }
  }

  close(): void {
    this.#statements.clear()
    if (this.#sqlite.isOpen) this.#sqlite.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #transact<T>(work: () => T): T {
    this.#guard('BEGIN IMMEDIATE', () => retryWhileBusy(() => this.#sqlite.exec('BEGIN IMMEDIATE')))
    try {
      const result = work()
      if (isPromise(result)) throw new TypeError('a transaction must not be async')
      this.#exec('COMMIT')
      return result
    } catch (error) {
      // SQLite has rolled back by itself after some errors (a full disk for one).
      if (this.inTransaction) this.#exec('ROLLBACK')
      throw error
    }
  }

  #exec(sql: string): void {
    this.#guard(sql, () => this.#sqlite.exec(sql))
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.#sqlite.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  /** SQLite would write U+FFFD for a stray byte, and what was stored would not be what was meant. */
  #values(sql: string, parameters: readonly SqlParameter[]): SQLInputValue[] {
    return parameters.map(value => {
      if (value === undefined) return null
      if (typeof value === 'boolean') return value ? 1 : 0
      if (typeof value !== 'string' || value.isWellFormed()) return value
      throw new TareError<DbErrorCode>('DB_TEXT_NOT_UTF8', `storing ${JSON.stringify(value)}: it is not valid UTF-8`, {
        facts: { file: this.file, sql },
      })
    })
  }

  #guard<T>(sql: string, work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw databaseError(error, sql, this.file)
    }
  }
}

function isPromise(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null)?.then === 'function'
}
