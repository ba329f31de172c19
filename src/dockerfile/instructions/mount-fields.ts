import { type Request, refuse } from './request.ts'
import type { Flag } from './types.ts'

/** What can be said of a `--mount=` value before its variables are known: that it splits, and that `from` holds none. */
export function checkMount(request: Request, flag: Flag): void {
  const fields = splitMount(flag.value ?? '')
  const refuseFlag = (cause: string, hint?: string): Error =>
    refuse(request, 'dockerfile-flag', cause, { range: flag.range, hint })
  if (!fields) throw refuseFlag('--mount: expected key=value fields between commas')
  for (const field of fields) {
    if (!/^from=/i.test(field) || !/\$./s.test(field)) continue
    const hint = 'define a new stage with FROM that uses a global ARG, and mount from that stage'
    throw refuseFlag("'from' doesn't support variable expansion, define alias stage instead", hint)
  }
}

/** Where a mount's files come from: the `from` of a `--mount=` value, undefined when it has none or an empty one. */
export function mountFrom(flag: Flag): string | undefined {
  const field = splitMount(flag.value ?? '')?.findLast(each => /^from=/i.test(each))
  return field?.slice('from='.length) || undefined
}

/** The fields of a `--mount=` value, split as one row of CSV; undefined when quotes are unbalanced or there is nothing. */
export function splitMount(value: string): string[] | undefined {
  return splitMountFields(value)?.map(field => field.text)
}

export interface MountField {
  readonly text: string
  /** Where it stands in the value, quotes included. */
  readonly start: number
  /** Of the comma behind it, or of the value. */
  readonly end: number
}

/** `splitMount` with places. */
export function splitMountFields(value: string): MountField[] | undefined {
  if (value === '') return undefined
  const fields: MountField[] = []
  for (let start = 0; ; ) {
    const field = value[start] === '"' ? readQuoted(value, start) : readBare(value, start)
    if (!field) return undefined
    fields.push(field)
    if (field.end >= value.length) return fields
    start = field.end + 1
  }
}

function readBare(value: string, start: number): MountField | undefined {
  const comma = value.indexOf(',', start)
  const end = comma < 0 ? value.length : comma
  const text = value.slice(start, end)
  return text.includes('"') ? undefined : { text, start, end }
}

/** Inside quotes a comma is a character, and two quotes stand for one. */
function readQuoted(value: string, start: number): MountField | undefined {
  let end = start + 1
  for (; end < value.length; end++) {
    if (value[end] !== '"') continue
    if (value[end + 1] !== '"') break
    end++
  }
  if (end >= value.length || (end + 1 < value.length && value[end + 1] !== ',')) return undefined
  return { text: value.slice(start + 1, end).replaceAll('""', '"'), start, end: end + 1 }
}
