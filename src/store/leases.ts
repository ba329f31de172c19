import { randomBytes } from 'node:crypto'
import { closeSync, constants, existsSync, fstatSync, openSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf, isTareError } from '../base/error.ts'
import type { Db } from '../db/index.ts'
import { tryLock } from '../host/index.ts'
import { isDigest } from '../oci/index.ts'
import type { StorePaths } from './paths.ts'
import { removeRowless } from './rowless.ts'

/** What a lease can keep from gc. */
export type HoldKind = 'blob' | 'image' | 'snapshot'

/**
 * What a process holds on to: alive while run/<id>.lock is locked, which ends with the process whatever way it ends.
 * Rows and temp files of a dead lease are anybody's to reap.
 */
export interface Lease {
  readonly id: string
  hold(kind: HoldKind, key: string | number): void
  drop(kind: HoldKind, key: string | number): void
  /** A fresh path in ingest/ that is reaped with the lease. The file is the caller's to make and remove. */
  tempPath(): string
}

/** What `reapDeadLeases` did. Snapshots whose `lease_id` is in no row of `lease` are the snapshot room's to reap. */
export interface Reaped {
  readonly leases: readonly string[]
  readonly tempFiles: number
}

const LOCK = '.lock'

/** Makes a lease: first the lock, then the row, so that a row without a lock file is a dead one's. */
export function openLease(paths: StorePaths, db: Db, purpose: string, now: () => number): OpenLease {
  const { id, fd } = createLock(paths)
  try {
    db.run('INSERT INTO lease (id, purpose, created_ms) VALUES (?, ?, ?)', id, purpose, now())
    return new OpenLease(paths, db, id, fd)
  } catch (error) {
    rmSync(lockPath(paths, id), { force: true })
    closeSync(fd)
    throw error
  }
}

/** A lease of this process. */
export class OpenLease implements Lease {
  readonly id: string
  readonly #paths: StorePaths
  readonly #db: Db
  readonly #fd: number
  #temps = 0

  constructor(paths: StorePaths, db: Db, id: string, fd: number) {
    this.#paths = paths
    this.#db = db
    this.id = id
    this.#fd = fd
  }

  hold(kind: HoldKind, key: string | number): void {
    this.#db.run('INSERT OR IGNORE INTO lease_hold (lease_id, kind, key) VALUES (?, ?, ?)', this.id, kind, String(key))
  }

  drop(kind: HoldKind, key: string | number): void {
    this.#db.run('DELETE FROM lease_hold WHERE lease_id = ? AND kind = ? AND key = ?', this.id, kind, String(key))
  }

  tempPath(): string {
    return join(this.#paths.ingest, `${this.id}-${++this.#temps}`)
  }

  /** Gives everything back, as the reaper would after a kill; on a full disk it is left to the reaper. */
  close(): void {
    try {
      endLease(this.#paths, this.#db, this.id)
    } catch (error) {
      if (!isTareError(error, 'DB_FULL')) throw error
    } finally {
      closeSync(this.#fd)
    }
  }
}

/**
 * Ends all leases whose lock can be taken. Whoever has the lock ends the lease, so that any number of processes may reap
 * at once and a lease in the making is left alone.
 */
export function reapDeadLeases(paths: StorePaths, db: Db): Reaped {
  const ended: string[] = []
  let tempFiles = 0
  for (const id of leaseIds(paths, db)) {
    const files = reapOne(paths, db, id)
    if (files === undefined) continue
    ended.push(id)
    tempFiles += files
  }
  return { leases: ended, tempFiles }
}

/** Every lease that left a trace: a lock file, a row or a temp file. */
export function leaseIds(paths: StorePaths, db: Db): Set<string> {
  const ids = new Set<string>()
  for (const { id } of db.all<{ id: string }>('SELECT id FROM lease')) ids.add(id)
  for (const name of readdirSync(paths.run)) if (name.endsWith(LOCK)) ids.add(name.slice(0, -LOCK.length))
  for (const name of readdirSync(paths.ingest)) ids.add(ownerOf(name))
  return ids
}

export function lockPath(paths: StorePaths, id: string): string {
  return join(paths.run, id + LOCK)
}

/** The lease whose temp file this is, by its name in ingest/. */
export function ownerOf(tempName: string): string {
  return tempName.split('-', 1)[0] ?? tempName
}

/** Takes the lock of a dead lease; undefined while its owner lives. `gone` when there is no lock file any more. */
export function takeDeadLock(paths: StorePaths, id: string): number | 'gone' | undefined {
  let fd: number
  try {
    fd = openSync(lockPath(paths, id), constants.O_RDWR)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'gone'
    throw error
  }
  if (tryLock(fd)) return fd
  closeSync(fd)
  return undefined
}

function reapOne(paths: StorePaths, db: Db, id: string): number | undefined {
  const lock = takeDeadLock(paths, id)
  if (lock === undefined) return undefined
  try {
    return endLease(paths, db, id)
  } finally {
    if (lock !== 'gone') closeSync(lock)
  }
}

/** Files first, the row after them and the lock file last: whatever is left after a kill in between can be found again. */
function endLease(paths: StorePaths, db: Db, id: string): number {
  removeUnfinishedBlobs(paths, db, id)
  const temps = readdirSync(paths.ingest).filter(name => ownerOf(name) === id)
  for (const name of temps) rmSync(join(paths.ingest, name), { recursive: true, force: true })
  db.run('DELETE FROM lease WHERE id = ?', id)
  rmSync(lockPath(paths, id), { force: true })
  return temps.length
}

/** Blobs that the lease held, but whose row was not yet written, or already deleted by gc. */
function removeUnfinishedBlobs(paths: StorePaths, db: Db, id: string): void {
  const sql = "SELECT key FROM lease_hold WHERE lease_id = ? AND kind = 'blob' AND key NOT IN (SELECT digest FROM blob)"
  for (const { key } of db.all<{ key: string }>(sql, id)) {
    if (isDigest(key)) removeRowless(paths, db, key, join(paths.ingest, `${id}-unfinished`))
  }
}

/**
 * A new lock file, locked. A reaper may have got hold of it before it was locked: then it is either locked by the reaper
 * or removed already, and another one is made.
 */
function createLock(paths: StorePaths): { id: string; fd: number } {
  for (;;) {
    const id = randomBytes(8).toString('hex')
    const fd = openSync(lockPath(paths, id), constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600)
    if (tryLock(fd) && fstatSync(fd).nlink > 0 && existsSync(lockPath(paths, id))) return { id, fd }
    closeSync(fd)
  }
}
