import { closeSync, constants, existsSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '../../db/index.ts'
import { listNames, tryLock } from '../../host/index.ts'
import type {
  CacheMountRequest,
  CacheMounts,
  CacheMountUsage,
  HeldCacheMount,
  RemovedCacheMounts,
} from './cache-mounts.ts'
import { diskUsageOf } from './disk-usage-of.ts'

interface Row {
  readonly id: number
}

/** What became of an attempt to take one: `new` is being filled by somebody, `gone` was removed. */
type Attempt = HeldCacheMount | 'busy' | 'new' | 'gone'

const LONGEST_PAUSE_MS = 200

/** Who asks whether one is in use has its lock for an instant: that is not yet a reason to say or do anything. */
const PATIENT_LOOKS = 3

/**
 * One directory for each: `<id>/fs` is what gets mounted, `<id>/lock` what its users have locked, shared or alone. It is
 * filled under another name by whoever has it alone, so that `fs` is always whole.
 */
export class DiskCacheMounts implements CacheMounts {
  readonly #directory: string
  readonly #db: () => Db
  readonly #now: () => number

  constructor(directory: string, db: () => Db, now: () => number) {
    this.#directory = directory
    this.#db = db
    this.#now = now
  }

  async acquire(request: CacheMountRequest): Promise<HeldCacheMount> {
    let looks = 0
    for (let pause = 2; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
      request.signal.throwIfAborted()
      const rows = this.#rows(request.key)
      const attempts: Attempt[] = []
      for (const { id } of rows) {
        const attempt = await this.#take(id, request)
        if (typeof attempt === 'object') return attempt
        attempts.push(attempt)
      }
      if (attempts.includes('busy') && ++looks === PATIENT_LOOKS) request.onWait?.()
      if (mayMakeAnother(request, attempts, looks)) this.#insert(request, rows.length)
      else await pauseFor(pause * (0.5 + Math.random()), request.signal)
    }
  }

  async usage(): Promise<CacheMountUsage> {
    const usage = { mounts: 0, inUse: 0, diskBytes: 0, reclaimableBytes: 0 }
    for (const { id } of this.#rows()) {
      const diskBytes = await diskUsageOf(this.#place(id))
      using lock = this.#lockAlone(id)
      usage.mounts++
      usage.diskBytes += diskBytes
      if (lock === undefined) usage.inUse++
      else usage.reclaimableBytes += diskBytes
    }
    return usage
  }

  async removeUnused(): Promise<RemovedCacheMounts> {
    const removed = { mounts: 0, diskBytes: 0 }
    for (const { id } of this.#rows()) {
      using lock = this.#lockAlone(id)
      if (lock === undefined) continue
      removed.diskBytes += await diskUsageOf(this.#place(id))
      // The row goes first: a directory without one is known to be nobody's.
      this.#db().transaction(() => this.#db().run('DELETE FROM cache_mount WHERE id = ?', id), { durable: true })
      rmSync(this.#place(id), { recursive: true, force: true })
      removed.mounts++
    }
    for (const path of this.strays()) rmSync(path, { recursive: true, force: true })
    return removed
  }

  strays(): string[] {
    const names = listNames(this.#directory)
    const known = new Set(this.#rows().map(({ id }) => id.toString(36)))
    return names.filter(name => !known.has(name)).map(name => join(this.#directory, name))
  }

  async #take(id: number, request: CacheMountRequest): Promise<Attempt> {
    const lock = this.#openLock(id)
    const attempt = await this.#takeLocked(id, lock, request).catch((error: unknown) => {
      closeSync(lock)
      throw error
    })
    if (typeof attempt === 'string') closeSync(lock)
    return attempt
  }

  async #takeLocked(id: number, lock: number, { sharing, seed }: CacheMountRequest): Promise<Attempt> {
    const fs = join(this.#place(id), 'fs')
    if (!tryLock(lock, sharing === 'shared' ? 'shared' : 'exclusive')) return existsSync(fs) ? 'busy' : 'new'
    if (!this.#touch(id)) return 'gone'
    if (!existsSync(fs)) {
      if (!tryLock(lock, 'exclusive')) return 'new'
      await this.#fill(id, seed)
      // Others may share it from here on, but do not find it before it has its name.
      if (sharing === 'shared') tryLock(lock, 'shared')
      renameSync(this.#filling(id), fs)
    }
    return { directory: fs, [Symbol.dispose]: () => closeSync(lock) }
  }

  async #fill(id: number, seed: CacheMountRequest['seed']): Promise<void> {
    const filling = this.#filling(id)
    rmSync(filling, { recursive: true, force: true })
    mkdirSync(filling)
    await seed(filling)
  }

  /** Unless somebody was faster. */
  #insert({ key, name }: CacheMountRequest, seen: number): void {
    const db = this.#db()
    const now = this.#now()
    db.transaction(() => {
      if (this.#rows(key).length !== seen) return
      db.run('INSERT INTO cache_mount (key, name, created_ms, used_ms) VALUES (?, ?, ?, ?)', key, name, now, now)
    })
  }

  /** False when there is no row any more. */
  #touch(id: number): boolean {
    return this.#db().run('UPDATE cache_mount SET used_ms = ? WHERE id = ?', this.#now(), id).changes > 0
  }

  #rows(key?: string): Row[] {
    return key === undefined
      ? this.#db().all<Row>('SELECT id FROM cache_mount ORDER BY id')
      : this.#db().all<Row>('SELECT id FROM cache_mount WHERE key = ? ORDER BY id', key)
  }

  #openLock(id: number): number {
    mkdirSync(this.#place(id), { recursive: true, mode: 0o700 })
    return openSync(join(this.#place(id), 'lock'), constants.O_RDWR | constants.O_CREAT, 0o600)
  }

  /** Undefined when somebody uses it. */
  #lockAlone(id: number): Disposable | undefined {
    const path = join(this.#place(id), 'lock')
    if (!existsSync(path)) return { [Symbol.dispose]: () => undefined }
    const lock = openSync(path, constants.O_RDWR)
    if (tryLock(lock, 'exclusive')) return { [Symbol.dispose]: () => closeSync(lock) }
    closeSync(lock)
    return undefined
  }

  #place(id: number): string {
    return join(this.#directory, id.toString(36))
  }

  #filling(id: number): string {
    return join(this.#place(id), 'filling')
  }
}

/** Ends early at an abort. */
async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => signal.throwIfAborted())
}

/** A first one; and where all are somebody's alone, another for those who do not wait. */
function mayMakeAnother({ sharing }: CacheMountRequest, attempts: readonly Attempt[], looks: number): boolean {
  if (attempts.length === 0) return true
  if (attempts.includes('gone') || looks < PATIENT_LOOKS) return false
  return sharing === 'private' || (sharing === 'shared' && !attempts.includes('new'))
}
