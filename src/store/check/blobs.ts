import { statSync } from 'node:fs'
import { isTareError } from '../../base/error.ts'
import type { Digest } from '../../oci/index.ts'
import { readVerified } from '../blob-file.ts'
import { blobFiles, removeRowless } from '../rowless.ts'
import type { CheckOptions, Finding, FindingCode } from './finding.ts'
import type { CheckParts } from './parts.ts'

/** Rows against files. `bad` are the blobs that cannot be used. */
export async function checkBlobs(
  parts: CheckParts,
  options: CheckOptions,
): Promise<{ findings: Finding[]; bad: Set<Digest> }> {
  const findings: Finding[] = []
  const bad = new Set<Digest>()
  for (const { digest } of parts.db.all<{ digest: Digest }>('SELECT digest FROM blob ORDER BY digest')) {
    options.signal?.throwIfAborted()
    const fault = await faultOf(parts, digest, options)
    if (!fault) continue
    bad.add(digest)
    findings.push({ ...fault, subject: digest, repaired: options.repair ?? false })
    if (options.repair) forgetBlob(parts, digest)
  }
  return { findings: [...findings, ...checkRowless(parts, options)], bad }
}

interface Fault {
  readonly code: FindingCode
  readonly message: string
}

async function faultOf(parts: CheckParts, digest: Digest, options: CheckOptions): Promise<Fault | undefined> {
  const actual = statSync(parts.content.pathOf(digest), { throwIfNoEntry: false })?.size
  const row = parts.db.get<{ size: number }>('SELECT size FROM blob WHERE digest = ?', digest)
  if (!row) return undefined
  if (actual === undefined) return { code: 'BLOB_FILE_MISSING', message: `blob ${digest} has no file` }
  if (actual !== row.size)
    return { code: 'BLOB_WRONG_SIZE', message: `blob ${digest}: expected ${row.size} bytes, got ${actual}` }
  return options.deep ? await faultOfContent(parts, digest, options) : undefined
}

async function faultOfContent(parts: CheckParts, digest: Digest, options: CheckOptions): Promise<Fault | undefined> {
  try {
    for await (const _ of readVerified(parts.content.pathOf(digest), digest, undefined, options.signal));
    return undefined
  } catch (error) {
    if (!isTareError(error)) throw error
    return { code: 'BLOB_WRONG_DIGEST', message: `blob ${digest}: ${error.message}` }
  }
}

/** A file whose row is still to come is held by the lease of the process that writes it. */
function checkRowless(parts: CheckParts, options: CheckOptions): Finding[] {
  const sql = "SELECT 1 FROM blob WHERE digest = ?1 UNION ALL SELECT 1 FROM lease_hold WHERE kind = 'blob' AND key = ?1"
  return [...blobFiles(parts.paths)]
    .filter(digest => parts.db.get(sql, digest) === undefined)
    .map(digest => {
      const repaired =
        (options.repair ?? false) && removeRowless(parts.paths, parts.db, digest, parts.lease().tempPath())
      return { code: 'BLOB_ROW_MISSING', message: `blob file ${digest} is in no index`, subject: digest, repaired }
    })
}

/** The row goes before the file, durably, as in gc. */
function forgetBlob({ paths, db, lease }: CheckParts, digest: Digest): void {
  db.transaction(() => db.run('DELETE FROM blob WHERE digest = ?', digest), { durable: true })
  removeRowless(paths, db, digest, lease().tempPath())
}
