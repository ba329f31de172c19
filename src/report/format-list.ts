import { formatTable } from './format-table.ts'
import { parseTemplate, toJson, type ValueStruct } from './go-template/index.ts'

/** A listing: what `{{.Field}}` gives for each row, and which fields the plain table shows under which heading. */
export interface Listing {
  readonly rows: readonly ValueStruct[]
  /** Heading of every field, `ID: 'IMAGE ID'`. */
  readonly headings: Readonly<Record<string, string>>
  readonly columns: readonly string[]
}

/**
 * Rows as `--format` wants them: undefined or `table` gives the table, `table TEMPLATE` a table of the template's
 * tab-separated cells, `json` one JSON object a line, anything else the template once a line. `\t` and `\n` written out
 * mean tab and line feed, as in Docker. Throws `FORMAT_SYNTAX` and `FORMAT_EXECUTION`.
 */
export function formatList(listing: Listing, format = 'table'): string {
  if (format === 'json') return listing.rows.map(row => `${toJson(row)}\n`).join('')
  const text = format.replaceAll('\\t', '\t').replaceAll('\\n', '\n')
  if (text.trim() === 'table')
    return formatByTemplate(listing, listing.columns.map(field => `{{.${field}}}`).join('\t'))
  if (/^table\s/.test(text)) return formatByTemplate(listing, text.slice('table'.length).trim())
  const template = parseTemplate(text)
  return listing.rows.map(row => `${template.execute(row)}\n`).join('')
}

function formatByTemplate({ rows, headings }: Listing, text: string): string {
  const template = parseTemplate(text)
  const [head = [], ...cells] = [headings, ...rows].map(row => template.execute(row).split('\t'))
  return formatTable(head, cells)
}
