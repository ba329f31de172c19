import { isTareError } from '../../base/error.ts'
import type { Db } from '../../db/index.ts'
import { checkBlobs } from './blobs.ts'
import type { CheckOptions, Finding } from './finding.ts'
import { checkImages } from './images.ts'
import { checkLeases } from './leases.ts'
import type { CheckParts } from './parts.ts'
import { checkStrays } from './strays.ts'

/**
 * Everything wrong with a store but for its snapshots. Other processes may be at work in it: what their leases hold is not
 * judged. A damaged database is a finding that only the user can mend.
 */
export async function checkStore(parts: () => CheckParts, options: CheckOptions): Promise<Finding[]> {
  try {
    const open = parts()
    const damaged = checkDatabase(open.db)
    if (damaged.length > 0) return damaged
    const leases = checkLeases(open, options)
    const { findings, bad } = await checkBlobs(open, options)
    return [...leases, ...checkStrays(open, options), ...findings, ...checkImages(open, bad, options)]
  } catch (error) {
    if (!isTareError(error, 'DB_CORRUPT')) throw error
    return [{ code: 'DATABASE_DAMAGED', message: error.message, subject: String(error.facts['file']), repaired: false }]
  }
}

function checkDatabase(db: Db): Finding[] {
  const rows = db.all<{ integrity_check: string }>('PRAGMA integrity_check')
  return rows
    .filter(row => row.integrity_check !== 'ok')
    .map(row => ({
      code: 'DATABASE_DAMAGED',
      message: `the database is damaged: ${row.integrity_check}`,
      subject: db.file,
      repaired: false,
    }))
}
