import { formatAgo } from '../base/duration.ts'
import { formatSize } from '../base/size.ts'
import { printable } from '../base/source.ts'
import { digestHex } from '../oci/index.ts'
import type { HistoryRow } from '../record/index.ts'
import { formatList } from './format-list.ts'
import { Shown, type ValueStruct } from './go-template/index.ts'
import { formatRfc3339 } from './time.ts'

export interface HistoryListOptions {
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly noTrunc?: boolean | undefined
  readonly quiet?: boolean | undefined
  /** False prints dates and bytes instead of `2 days ago` and `13.6MB`. Default true. */
  readonly human?: boolean | undefined
  /** See formatList. */
  readonly format?: string | undefined
}

const CREATED_BY_WIDTH = 45
const HEADINGS = {
  ID: 'IMAGE',
  CreatedSince: 'CREATED',
  CreatedAt: 'CREATED AT',
  CreatedBy: 'CREATED BY',
  Size: 'SIZE',
  Comment: 'COMMENT',
}

/** The output of `tare history`, in the order given (Docker's: the newest first). */
export function formatHistory(rows: readonly HistoryRow[], options: HistoryListOptions): string {
  if (options.quiet) return rows.map(row => `${shownId(row, options)}\n`).join('')
  const columns = ['ID', options.human === false ? 'CreatedAt' : 'CreatedSince', 'CreatedBy', 'Size', 'Comment']
  return formatList({ rows: rows.map(row => fieldsOf(row, options)), headings: HEADINGS, columns }, options.format)
}

function fieldsOf(row: HistoryRow, options: HistoryListOptions): ValueStruct {
  const createdBy = printable(row.createdBy)
  const size = options.human === false ? String(row.uncompressedBytes) : formatSize(row.uncompressedBytes)
  return {
    ID: shownId(row, options),
    CreatedSince: row.createdMs === undefined ? 'N/A' : formatAgo(row.createdMs, options.now),
    CreatedAt: row.createdMs === undefined ? 'N/A' : formatRfc3339(row.createdMs),
    CreatedBy: options.noTrunc ? createdBy : ellipsis(createdBy, CREATED_BY_WIDTH),
    Size: new Shown(size, row.uncompressedBytes),
    Comment: printable(row.comment),
  }
}

function shownId(row: HistoryRow, options: HistoryListOptions): string {
  if (row.id === undefined) return '<missing>'
  return options.noTrunc ? row.id : digestHex(row.id).slice(0, 12)
}

function ellipsis(text: string, width: number): string {
  const characters = [...text]
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`
}
