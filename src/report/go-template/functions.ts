import { compare, equals } from './compare.ts'
import { executionError } from './errors.ts'
import { goFormat, goJoin, goPrint } from './go-print.ts'
import { isList, isTrue, kindOf, Shown, toJson, type Value } from './value.ts'

type TemplateFunction = { readonly min: number; readonly max: number; readonly call: (...args: Value[]) => Value }

const ANY = Number.POSITIVE_INFINITY

/** Go's own functions and the ones Docker adds (docker/cli templates package). `and` and `or` stop early in the evaluator. */
const FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  and: { min: 1, max: ANY, call: (...args) => args.find(arg => !isTrue(arg)) ?? args.at(-1) },
  or: { min: 1, max: ANY, call: (...args) => args.find(isTrue) ?? args.at(-1) },
  not: { min: 1, max: 1, call: value => !isTrue(value) },
  eq: { min: 2, max: ANY, call: (first, ...others) => others.some(other => equals(first, other)) },
  ne: { min: 2, max: 2, call: (a, b) => !equals(a, b) },
  lt: { min: 2, max: 2, call: (a, b) => compare(a, b) < 0 },
  le: { min: 2, max: 2, call: (a, b) => compare(a, b) <= 0 },
  gt: { min: 2, max: 2, call: (a, b) => compare(a, b) > 0 },
  ge: { min: 2, max: 2, call: (a, b) => compare(a, b) >= 0 },
  len: { min: 1, max: 1, call: length },
  index: { min: 1, max: ANY, call: (value, ...keys) => keys.reduce(item, value) },
  slice: { min: 1, max: 3, call: (value, from, to) => slice(value, from, to) },
  print: { min: 0, max: ANY, call: goJoin },
  println: { min: 0, max: ANY, call: (...args) => `${args.map(goPrint).join(' ')}\n` },
  printf: { min: 1, max: ANY, call: (format, ...args) => goFormat(text(format, 'printf'), args) },
  json: { min: 1, max: 1, call: value => toJson(value) },
  join: { min: 2, max: 2, call: (list, separator) => strings(list, 'join').join(text(separator, 'join')) },
  split: { min: 2, max: 2, call: (value, separator) => text(value, 'split').split(text(separator, 'split')) },
  lower: { min: 1, max: 1, call: value => text(value, 'lower').toLowerCase() },
  upper: { min: 1, max: 1, call: value => text(value, 'upper').toUpperCase() },
  title: {
    min: 1,
    max: 1,
    call: value => text(value, 'title').replace(/(?<![\p{L}\p{Nd}_])\p{L}/gu, c => c.toUpperCase()),
  },
  pad: {
    min: 3,
    max: 3,
    call: (value, before, after) => pad(text(value, 'pad'), count(before, 'pad'), count(after, 'pad')),
  },
  truncate: { min: 2, max: 2, call: (value, n) => text(value, 'truncate').slice(0, count(n, 'truncate')) },
}

export function isFunction(name: string): boolean {
  return Object.hasOwn(FUNCTIONS, name)
}

export function knownFunctions(): string[] {
  return Object.keys(FUNCTIONS)
}

/** Throws `FORMAT_EXECUTION` when the arguments do not fit. */
export function callFunction(name: string, args: readonly Value[]): Value {
  const { min, max, call } = FUNCTIONS[name] as TemplateFunction
  if (args.length < min || args.length > max) {
    const wanted = min === max ? `${min}` : max === ANY ? `at least ${min}` : `${min} to ${max}`
    throw executionError(`wrong number of arguments for ${name}: expected ${wanted}, got ${args.length}`)
  }
  return call(...args)
}

function length(value: Value): number {
  if (value instanceof Map) return value.size
  if (isList(value)) return value.length
  if (value === null || typeof value === 'string' || value instanceof Shown)
    return value === null ? 0 : Buffer.byteLength(text(value, 'len'))
  throw executionError(`len of ${kindOf(value)}`)
}

function item(value: Value, key: Value): Value {
  if (value instanceof Map) return value.get(text(key, 'index')) ?? ''
  if (!isList(value)) throw executionError(`can't index item of ${kindOf(value)}`)
  const at = count(key, 'index')
  if (at >= value.length) throw executionError(`index out of range: ${at} (the list has ${value.length})`)
  return value[at]
}

function slice(value: Value, from: Value, to: Value): Value {
  const whole = isList(value) ? value : text(value, 'slice')
  const start = from === undefined ? 0 : count(from, 'slice')
  const end = to === undefined ? whole.length : count(to, 'slice')
  if (start > end || end > whole.length)
    throw executionError(`slice bounds out of range: ${start}:${end} of ${whole.length}`)
  return whole.slice(start, end)
}

function text(value: Value, caller: string): string {
  if (value instanceof Shown) return value.text
  if (typeof value === 'string') return value
  throw executionError(`${caller}: expected a string, got ${kindOf(value)}`)
}

function strings(value: Value, caller: string): string[] {
  if (value === null) return []
  if (isList(value)) return value.map(each => text(each, caller))
  throw executionError(`${caller}: expected a list of strings, got ${kindOf(value)}`)
}

function count(value: Value, caller: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
  throw executionError(`${caller}: expected a number of 0 or more, got ${kindOf(value)}`)
}

function pad(value: string, before: number, after: number): string {
  return value === '' ? value : ' '.repeat(before) + value + ' '.repeat(after)
}
