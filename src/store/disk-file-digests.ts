import type { Db } from '../db/index.ts'
import type { Digest } from '../oci/index.ts'
import type { FileDigests, FileStamp, HashedFile, HashedSelection } from './file-digests.ts'

/** git's racy rule with room for file systems whose clock ticks in whole seconds. */
const SETTLED_MS = 2000n

/** The stat cache as rows. */
export class DiskFileDigests implements FileDigests {
  readonly #db: () => Db
  readonly #now: () => number

  constructor(db: () => Db, now: () => number) {
    this.#db = db
    this.#now = now
  }

  lookup(stamp: FileStamp): Digest | undefined {
    const row = this.#db().get<{ digest: Digest }>(
      'SELECT digest FROM file_digest WHERE device = ? AND inode = ? AND size = ? AND mtime_ns = ? AND ctime_ns = ?',
      ...columnsOf(stamp),
    )
    return row?.digest
  }

  put(entries: Iterable<HashedFile>): void {
    const settled = [...entries].filter(({ stamp, hashedAtMs }) => isSettled(stamp.ctimeNs, hashedAtMs))
    if (settled.length === 0) return
    const db = this.#db()
    const now = this.#now()
    db.transaction(() => {
      for (const { stamp, digest } of settled) {
        db.run(
          'INSERT OR REPLACE INTO file_digest (device, inode, size, mtime_ns, ctime_ns, digest, used_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
          ...columnsOf(stamp),
          digest,
          now,
        )
      }
    })
  }

  lookupSelection(stamps: Digest): Digest | undefined {
    return this.#db().get<{ digest: Digest }>('SELECT digest FROM selection_digest WHERE stamps = ?', stamps)?.digest
  }

  putSelection({ stamps, digest, newestNs, hashedAtMs }: HashedSelection): void {
    if (!isSettled(newestNs, hashedAtMs)) return
    const sql = 'INSERT OR REPLACE INTO selection_digest (stamps, digest, used_ms) VALUES (?, ?, ?)'
    this.#db().run(sql, stamps, digest, this.#now())
  }
}

function isSettled(ctimeNs: bigint, hashedAtMs: number): boolean {
  return BigInt(Math.floor(hashedAtMs)) - ctimeNs / 1_000_000n >= SETTLED_MS
}

/** Device and inode numbers are unsigned, SQLite's integers are not. */
function columnsOf({ dev, ino, size, mtimeNs, ctimeNs }: FileStamp): bigint[] {
  return [BigInt.asIntN(64, dev), BigInt.asIntN(64, ino), size, mtimeNs, ctimeNs]
}
