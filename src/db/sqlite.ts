import { createRequire } from 'node:module'

type Sqlite = typeof import('node:sqlite')

let sqlite: Sqlite | undefined

/** node:sqlite without the ExperimentalWarning that the first Node 24 releases print; other warnings pass. */
export function loadSqlite(): Sqlite {
  if (sqlite) return sqlite
  const emitWarning = process.emitWarning
  process.emitWarning = (...args: unknown[]) => {
    if (!isExperimental(args)) Reflect.apply(emitWarning, process, args)
  }
  try {
    sqlite = createRequire(import.meta.url)('node:sqlite') as Sqlite
  } finally {
    process.emitWarning = emitWarning
  }
  return sqlite
}

function isExperimental([warning, type]: readonly unknown[]): boolean {
  return type === 'ExperimentalWarning' && String(warning).includes('SQLite')
}
