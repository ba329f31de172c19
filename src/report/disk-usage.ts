import { formatSize } from '../base/size.ts'
import type { DiskUsageRow } from '../record/index.ts'
import { formatList } from './format-list.ts'
import { Shown, type ValueStruct } from './go-template/index.ts'

const HEADINGS = { Type: 'TYPE', TotalCount: 'TOTAL', Active: 'ACTIVE', Size: 'SIZE', Reclaimable: 'RECLAIMABLE' }

/** The output of `tare system df`. */
export function formatDiskUsage(rows: readonly DiskUsageRow[], format?: string): string {
  return formatList({ rows: rows.map(fieldsOf), headings: HEADINGS, columns: Object.keys(HEADINGS) }, format)
}

function fieldsOf(row: DiskUsageRow): ValueStruct {
  const share = row.diskBytes > 0 ? ` (${Math.floor((row.reclaimableBytes / row.diskBytes) * 100)}%)` : ''
  return {
    Type: row.type,
    TotalCount: row.total,
    Active: row.active,
    Size: new Shown(formatSize(row.diskBytes), row.diskBytes),
    Reclaimable: new Shown(formatSize(row.reclaimableBytes) + share, row.reclaimableBytes),
  }
}
