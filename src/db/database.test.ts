import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Db, openDatabase } from './index.ts'

let dir: string
let file: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tare-db-'))
  file = join(dir, 'tare.db')
})
afterEach(() => rmSync(dir, { recursive: true }))

/** Runs `body`, which sees `openDatabase` and `file`, in a process of its own; fails with what it wrote on stderr. */
async function inProcess(body: string): Promise<string> {
  const code = `import { openDatabase } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
    const file = ${JSON.stringify(file)}
    ${body}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  if (err !== '') throw new Error(err)
  return out
}

function codeOf(work: () => unknown): string | undefined {
  try {
    work()
  } catch (error) {
    return (error as { code?: string }).code
  }
  return undefined
}

function insertLayer(db: Db, id: string): void {
  db.run('INSERT INTO layer (diff_id, uncompressed_bytes) VALUES (?, ?)', id, 1)
}

function countLayers(db: Db): number {
  return db.get<{ n: number }>('SELECT count(*) AS n FROM layer')?.n ?? -1
}

describe('opening', () => {
  it('makes the schema, with a WAL, foreign keys, and no warning', async () => {
    const out = await inProcess(`using db = openDatabase(file)
      const names = ['journal_mode', 'synchronous', 'foreign_keys', 'user_version']
      console.log(JSON.stringify(names.map(name => db.get('PRAGMA ' + name)[name])))`)
    expect(JSON.parse(out)).toEqual(['wal', 1, 1, 3])
  })

  it('works for eight processes at once on a new file', async () => {
    const body = `using db = openDatabase(file)
      db.transaction(() => db.run('INSERT INTO layer (diff_id, uncompressed_bytes) VALUES (?, 1)', String(process.pid)))`
    await Promise.all(Array.from({ length: 8 }, () => inProcess(body)))
    using db = openDatabase(file)
    expect(countLayers(db)).toBe(8)
  })

  it('refuses the schema of a later version and leaves it alone', () => {
    openDatabase(file).close()
    const raw = new DatabaseSync(file)
    raw.exec('PRAGMA user_version = 99')
    raw.close()
    expect(() => openDatabase(file)).toThrow(
      expect.objectContaining({ code: 'DB_NEWER_SCHEMA', facts: expect.objectContaining({ actual: 99 }) }),
    )
  })

  it('names the file when it is not a database', () => {
    writeFileSync(file, 'no database, and long enough to be looked at as one'.repeat(100))
    expect(() => openDatabase(file)).toThrow(
      expect.objectContaining({ code: 'DB_CORRUPT', message: expect.stringContaining(file) }),
    )
  })

  it('read-only needs a file that is there, and writes nothing', () => {
    expect(codeOf(() => openDatabase(file, { readOnly: true }))).toBe('DB_UNREADABLE')
    expect(existsSync(file)).toBe(false)
    openDatabase(file).close()
    using db = openDatabase(file, { readOnly: true })
    expect(countLayers(db)).toBe(0)
    expect(codeOf(() => insertLayer(db, 'x'))).toBe('DB_UNREADABLE')
  })

  it('of a directory that is not there is an error', () => {
    expect(codeOf(() => openDatabase(join(dir, 'gone', 'tare.db')))).toBe('DB_UNREADABLE')
  })
})

describe('a transaction', () => {
  let db: Db
  beforeEach(() => {
    db = openDatabase(file)
  })
  afterEach(() => db.close())

  it('keeps all or nothing', () => {
    expect(() =>
      db.transaction(() => {
        insertLayer(db, 'a')
        throw new Error('stop')
      }),
    ).toThrow('stop')
    expect(countLayers(db)).toBe(0)
    db.transaction(() => insertLayer(db, 'a'), { durable: true })
    expect(countLayers(db)).toBe(1)
    expect(db.get('PRAGMA synchronous')).toMatchObject({ synchronous: 1 })
  })

  it('is refused inside another', () => {
    expect(codeOf(() => db.transaction(() => db.transaction(() => 1)))).toBe('DB_NESTED_TRANSACTION')
    expect(db.inTransaction).toBe(false)
  })

  it('must not be async', () => {
    expect(() => db.transaction(async () => insertLayer(db, 'a'))).toThrow('must not be async')
    expect(countLayers(db)).toBe(0)
  })

  it('loses no update among four processes that read and then write', async () => {
    insertLayer(db, 'counter')
    const body = `using db = openDatabase(file)
      db.run('INSERT INTO layer (diff_id, uncompressed_bytes) VALUES (?, 0)', String(process.pid))
      while (db.get('SELECT count(*) AS n FROM layer').n < 5) await new Promise(setImmediate)
      for (let i = 0; i < 100; i++) db.transaction(() => {
        const { n } = db.get("SELECT uncompressed_bytes AS n FROM layer WHERE diff_id = 'counter'")
        db.run("UPDATE layer SET uncompressed_bytes = ? WHERE diff_id = 'counter'", n + 1)
      })`
    await Promise.all(Array.from({ length: 4 }, () => inProcess(body)))
    expect(db.get("SELECT uncompressed_bytes AS n FROM layer WHERE diff_id = 'counter'")).toMatchObject({ n: 401 })
  })
})

describe('values', () => {
  it('that SQLite would change are refused, others come back', () => {
    using db = openDatabase(file)
    expect(codeOf(() => insertLayer(db, 'stray \udcff'))).toBe('DB_TEXT_NOT_UTF8')
    insertLayer(db, 'emoji \u{1f600}')
    expect(db.all('SELECT diff_id AS id FROM layer')).toMatchObject([{ id: 'emoji \u{1f600}' }])
  })

  it('that break a rule of the schema are told apart', () => {
    using db = openDatabase(file)
    insertLayer(db, 'a')
    expect(codeOf(() => insertLayer(db, 'a'))).toBe('DB_CONSTRAINT')
    expect(codeOf(() => db.run("INSERT INTO image_ref VALUES ('name', 'gone', 0)"))).toBe('DB_CONSTRAINT')
  })
})
