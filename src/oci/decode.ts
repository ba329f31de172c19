import { TareError } from '../base/error.ts'
import { printable } from '../base/source.ts'
import type { OciErrorCode } from './errors.ts'

/**
 * Checks an untrusted JSON value at `path` (`config.size`) and gives it back typed, with known fields only.
 * Throws `OCI_INVALID_DOCUMENT`. Written by hand: a schema library would cost its import at every start of the CLI.
 */
export type Decoder<T> = (value: unknown, path: string) => T

type Decoded<F extends Record<string, Decoder<unknown>>> = { readonly [K in keyof F]: ReturnType<F[K]> }

/** An object with these fields; absent ones are left out of the result, unknown ones are dropped. */
export function object<F extends Record<string, Decoder<unknown>>>(fields: F): Decoder<Decoded<F>> {
  const entries = Object.entries(fields)
  return (value, path) => {
    const given = asObject(value, path)
    const out: Record<string, unknown> = {}
    for (const [name, decode] of entries) {
      const field = decode(Object.hasOwn(given, name) ? given[name] : undefined, path === '' ? name : `${path}.${name}`)
      if (field !== undefined) out[name] = field
    }
    return out as Decoded<F>
  }
}

/** Absent and null both mean undefined, as in Go's encoding/json. */
export function optional<T>(decode: Decoder<T>): Decoder<T | undefined> {
  return (value, path) => (value === undefined || value === null ? undefined : decode(value, path))
}

export function list<T>(decode: Decoder<T>): Decoder<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw expected('a list', value, path)
    return value.map((item, i) => decode(item, `${path}[${i}]`))
  }
}

/** An object used as a map; `Object.prototype` lends it nothing. */
export function map<T>(decode: Decoder<T>): Decoder<Readonly<Record<string, T>>> {
  return (value, path) => {
    const entries = Object.entries(asObject(value, path)).map(([key, item]) => [key, decode(item, `${path}.${key}`)])
    return Object.fromEntries(entries) as Record<string, T>
  }
}

export const text: Decoder<string> = (value, path) => {
  if (typeof value === 'string') return value
  throw expected('a text', value, path)
}

export function textLike(pattern: RegExp, meaning: string): Decoder<string> {
  return (value, path) => {
    if (pattern.test(text(value, path))) return value as string
    throw expected(meaning, value, path)
  }
}

export const flag: Decoder<boolean> = (value, path) => {
  if (typeof value === 'boolean') return value
  throw expected('true or false', value, path)
}

export const integer: Decoder<number> = (value, path) => {
  if (Number.isSafeInteger(value)) return value as number
  throw expected('a whole number', value, path)
}

export const count: Decoder<number> = (value, path) => {
  if (integer(value, path) >= 0) return value as number
  throw expected('a number of at least 0', value, path)
}

export const empty: Decoder<Record<string, never>> = (value, path) => {
  asObject(value ?? {}, path)
  return {}
}

export function exactly<T extends string | number>(wanted: T): Decoder<T> {
  return (value, path) => {
    if (value === wanted) return wanted
    throw expected(JSON.stringify(wanted), value, path)
  }
}

export function invalid(path: string, problem: string): TareError<OciErrorCode> {
  return new TareError('OCI_INVALID_DOCUMENT', path === '' ? problem : `${printable(path)}: ${problem}`)
}

function expected(what: string, value: unknown, path: string): TareError<OciErrorCode> {
  return invalid(path, `expected ${what}, got ${shortly(value)}`)
}

function shortly(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  const shown = printable(JSON.stringify(value))
  return shown.length > 80 ? `${shown.slice(0, 80)}...` : shown
}

function asObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw expected('an object', value, path)
}
