import { executionError } from './errors.ts'
import { isList, isStruct, kindOf, Shown, sortedEntries, toJson, type Value } from './value.ts'

/** A value as Go's fmt prints it with %v; `<no value>` for what is not there. Structs are refused: `json` prints them. */
export function goPrint(value: Value): string {
  if (value === undefined) return '<no value>'
  return printInner(value)
}

function printInner(value: Value): string {
  if (value === null || value === undefined) return '<nil>'
  if (value instanceof Shown) return value.text
  if (isList(value)) return `[${value.map(printInner).join(' ')}]`
  if (value instanceof Map)
    return `map[${sortedEntries(value)
      .map(([key, item]) => `${key}:${printInner(item)}`)
      .join(' ')}]`
  if (isStruct(value)) {
    if (Object.keys(value).length === 0) return '{}'
    throw executionError('a structure has no text form', 'use {{json .Field}} to print it, or name one of its fields')
  }
  return String(value)
}

/** fmt.Sprint: spaces stand between operands when neither is a string. */
export function goJoin(...args: Value[]): string {
  return args.reduce<string>((text, arg, i) => {
    const before = args[i - 1]
    const spaced = i > 0 && kindOf(arg) !== 'string' && kindOf(before) !== 'string'
    return `${text}${spaced ? ' ' : ''}${goPrint(arg)}`
  }, '')
}

/** fmt.Sprintf for the verbs v s d q x X f t and %%, with flags, width and precision. */
export function goFormat(format: string, args: readonly Value[]): string {
  let next = 0
  const text = format.replace(
    /%([-+ 0#]*)(\d*)(?:\.(\d+))?(.)?/gsu,
    (_, flags: string, width: string, precision: string | undefined, verb: string | undefined) => {
      if (verb === '%') return '%'
      if (verb === undefined) return '%!(NOVERB)'
      if (next >= args.length) return `%!${verb}(MISSING)`
      return padTo(formatVerb(verb, args[next++], precision, flags), Number(width || 0), flags)
    },
  )
  return next < args.length ? `${text}%!(EXTRA ${args.slice(next).map(extra).join(', ')})` : text
}

function extra(value: Value): string {
  const kind = kindOf(value)
  return `${kind === 'number' ? 'int' : kind}=${goPrint(value)}`
}

function formatVerb(verb: string, value: Value, precision: string | undefined, flags: string): string {
  const plain = value instanceof Shown ? value.text : value
  const sign = flags.includes('+') && typeof plain === 'number' && plain >= 0 ? '+' : ''
  if (verb === 'v' || verb === 's')
    return precision === undefined ? goPrint(plain) : [...goPrint(plain)].slice(0, Number(precision)).join('')
  if (verb === 'd' && typeof plain === 'number') return sign + String(Math.trunc(plain))
  if (verb === 'f' && typeof plain === 'number') return sign + plain.toFixed(Number(precision ?? 6))
  if (verb === 't' && typeof plain === 'boolean') return String(plain)
  if (verb === 'q' && typeof plain === 'string') return toJson(plain)
  if (verb === 'x' && typeof plain === 'number') return plain.toString(16)
  if (verb === 'x' && typeof plain === 'string') return Buffer.from(plain, 'utf8').toString('hex')
  if (verb === 'X') return formatVerb('x', value, precision, flags).toUpperCase()
  throw executionError(`printf: %${verb} does not fit ${goPrint(plain)}`)
}

function padTo(text: string, width: number, flags: string): string {
  if (flags.includes('-')) return text.padEnd(width)
  return flags.includes('0') ? text.padStart(width, '0') : text.padStart(width)
}
