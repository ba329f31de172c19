import { closeSync, readdirSync } from 'node:fs'
import { leaseIds, lockPath, ownerOf, reapDeadLeases, takeDeadLock } from '../leases.ts'
import type { CheckOptions, Finding } from './finding.ts'
import type { CheckParts } from './parts.ts'

/** What killed processes left. Repair reaps it, as the next build would. */
export function checkLeases({ paths, db }: CheckParts, options: CheckOptions): Finding[] {
  const repaired = options.repair ?? false
  const findings: Finding[] = []
  const temps = readdirSync(paths.ingest)
  for (const id of leaseIds(paths, db)) {
    const lock = takeDeadLock(paths, id)
    if (lock === undefined) continue
    if (lock !== 'gone') {
      closeSync(lock)
      findings.push({
        code: 'LOCK_FILE_OF_NOBODY',
        message: `lock file of the dead lease ${id}`,
        subject: lockPath(paths, id),
        repaired,
      })
    } else if (db.get('SELECT 1 FROM lease WHERE id = ?', id)) {
      findings.push({ code: 'LEASE_OF_NOBODY', message: `lease ${id} has no lock file`, subject: id, repaired })
    }
    for (const name of temps.filter(temp => ownerOf(temp) === id)) {
      findings.push({
        code: 'TEMP_FILE_OF_NOBODY',
        message: `temp file ${name} of the dead lease ${id}`,
        subject: name,
        repaired,
      })
    }
  }
  if (repaired && findings.length > 0) reapDeadLeases(paths, db)
  return findings
}
