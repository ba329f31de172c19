/** What a column takes: numbers must be integers or floats that JavaScript holds exactly, bigints fit 64 bits. */
export type SqlParameter = null | undefined | boolean | number | bigint | string | Uint8Array

export interface RunResult {
  readonly changes: number
  readonly lastId: number
}

export interface TransactionOptions {
  /**
   * On the disk when `transaction` returns. Others are in the right order after a power cut, but the last ones may be
   * missing. Needed before a file is deleted that a row named, and where a user is told that something is done.
   */
  readonly durable?: boolean | undefined
}

/**
 * The index. Everything is synchronous; statements are prepared once per SQL text. Strings must be well-formed (lossless
 * text goes in as JSON or bytes), else `DB_TEXT_NOT_UTF8`. Failures are TareErrors of `DbErrorCode`.
 */
export interface Db extends Disposable {
  readonly file: string
  readonly inTransaction: boolean
  /** The first row, undefined when there is none. Rows are plain objects keyed by column name. */
  get<T extends object>(sql: string, ...parameters: readonly SqlParameter[]): T | undefined
  all<T extends object>(sql: string, ...parameters: readonly SqlParameter[]): T[]
  run(sql: string, ...parameters: readonly SqlParameter[]): RunResult
  /**
   * Runs `work` in a BEGIN IMMEDIATE transaction: from its first read on, nobody else writes. Keep it short. `work` must
   * not be async, and must not open another one (`DB_NESTED_TRANSACTION`). It may run only once: waiting for other
   * writers happens before. Throws `DB_BUSY` when that takes longer than a minute.
   */
  transaction<T>(work: () => T, options?: TransactionOptions): T
  close(): void
}
