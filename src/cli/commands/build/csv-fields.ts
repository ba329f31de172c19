/** One row of CSV (RFC 4180): a field in quotes may hold commas, and two quotes for one. Undefined when the quotes are wrong. */
export function csvFields(row: string): string[] | undefined {
  const fields: string[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y
  for (;;) {
    const match = field.exec(row)
    if (!match) return undefined
    const [, quoted, bare = '', end] = match
    fields.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'))
    if (end === '') return fields
  }
}
