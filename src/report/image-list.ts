import { formatAgo } from '../base/duration.ts'
import { formatSize } from '../base/size.ts'
import { digestHex } from '../oci/index.ts'
import type { ImageRow } from '../record/index.ts'
import { formatList } from './format-list.ts'
import { Shown, type ValueStruct } from './go-template/index.ts'
import { formatDockerTime } from './time.ts'

export interface ImageListOptions {
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly digests?: boolean | undefined
  readonly noTrunc?: boolean | undefined
  /** Only IDs, each once. */
  readonly quiet?: boolean | undefined
  /** See formatList. */
  readonly format?: string | undefined
}

const HEADINGS = {
  Repository: 'REPOSITORY',
  Tag: 'TAG',
  Digest: 'DIGEST',
  ID: 'IMAGE ID',
  CreatedSince: 'CREATED',
  CreatedAt: 'CREATED AT',
  Size: 'SIZE',
  Platform: 'PLATFORM',
}

/** The output of `tare images`, in the order given. */
export function formatImageList(rows: readonly ImageRow[], options: ImageListOptions): string {
  if (options.quiet) return [...new Set(rows.map(row => shownId(row, options)))].map(id => `${id}\n`).join('')
  const columns = ['Repository', 'Tag', ...(options.digests ? ['Digest'] : []), 'ID', 'CreatedSince', 'Size']
  return formatList({ rows: rows.map(row => fieldsOf(row, options)), headings: HEADINGS, columns }, options.format)
}

function fieldsOf(row: ImageRow, options: ImageListOptions): ValueStruct {
  return {
    Repository: row.repository ?? '<none>',
    Tag: row.tag ?? '<none>',
    Digest: row.digest ?? '<none>',
    ID: shownId(row, options),
    CreatedSince: row.createdMs === undefined ? 'N/A' : formatAgo(row.createdMs, options.now),
    CreatedAt: row.createdMs === undefined ? 'N/A' : formatDockerTime(row.createdMs),
    Size: new Shown(formatSize(row.uncompressedBytes), row.uncompressedBytes),
    Platform: row.platform,
  }
}

function shownId(row: ImageRow, options: ImageListOptions): string {
  return options.noTrunc ? row.id : digestHex(row.id).slice(0, 12)
}
