export type { Db, RunResult, SqlParameter, TransactionOptions } from './db.ts'
export type { DbErrorCode } from './error.ts'
export { type OpenOptions, openDatabase } from './open.ts'
