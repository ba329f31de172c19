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

/** Where a mount's files come from: the `from` of a `--mount=` value, undefined when it has none. */
export function mountFrom(flag: Flag): string | undefined {
  const field = splitMount(flag.value ?? '')?.findLast(each => /^from=/i.test(each))
  return field?.slice('from='.length)
}

/** The fields of a `--mount=` value, split as one row of CSV; undefined when quotes are unbalanced or there is nothing. */
export function splitMount(value: string): string[] | undefined {
  if (value === '') return undefined
  const fields: string[] = []
  let at = 0
  for (;;) {
    const field = value[at] === '"' ? readQuoted(value, at) : readBare(value, at)
    if (!field) return undefined
    fields.push(field.text)
    if (field.end >= value.length) return fields
    at = field.end + 1
  }
}

interface Field {
  readonly text: string
  /** Of the comma behind it, or of the text. */
  readonly end: number
}

function readBare(value: string, start: number): Field | undefined {
  const comma = value.indexOf(',', start)
  const end = comma < 0 ? value.length : comma
  const text = value.slice(start, end)
  return text.includes('"') ? undefined : { text, end }
}

/** Inside quotes a comma is a character, and two quotes stand for one. */
function readQuoted(value: string, start: number): Field | undefined {
  let end = start + 1
  for (; end < value.length; end++) {
    if (value[end] !== '"') continue
    if (value[end + 1] !== '"') break
    end++
  }
  if (end >= value.length || (end + 1 < value.length && value[end + 1] !== ',')) return undefined
  return { text: value.slice(start + 1, end).replaceAll('""', '"'), end: end + 1 }
}
