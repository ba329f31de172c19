/**
 * What templates work on. Plain objects stand for Go structs (an unknown field is an error), Maps for Go maps (an unknown
 * key is `<no value>`), null for nil, undefined for no value. Numbers are Go ints.
 */
export type Value = undefined | null | boolean | number | string | readonly Value[] | ValueMap | Shown | ValueStruct
export type ValueMap = ReadonlyMap<string, Value>
export interface ValueStruct {
  readonly [field: string]: Value | Omitted
}

/** A field that Go leaves out of JSON while it is empty (`omitempty`); templates see its zero value. */
export class Omitted {
  readonly zero: Value

  constructor(zero: Value) {
    this.zero = zero
  }
}

/** A string in templates and tables, another value in JSON: sizes are `13.6MB` for people and bytes for programs. */
export class Shown {
  readonly text: string
  readonly json: string | number

  constructor(text: string, json: string | number) {
    this.text = text
    this.json = json
  }
}

/** Go's nil slice and nil map: empty, but `null` in JSON. */
export const NIL_LIST: readonly Value[] = []
export const NIL_MAP: ValueMap = new Map()

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

export function isStruct(value: Value): value is ValueStruct {
  return (
    typeof value === 'object' &&
    value !== null &&
    !isList(value) &&
    !(value instanceof Map) &&
    !(value instanceof Shown)
  )
}

/** Go's truth: false, 0, "", nil and empty lists and maps are false; a struct is true. */
export function isTrue(value: Value): boolean {
  if (value instanceof Shown) return value.text !== ''
  if (value instanceof Map) return value.size > 0
  if (isList(value)) return value.length > 0
  return Boolean(value)
}

/** Keys in the order Go gives them to range and prints them. */
export function sortedEntries(map: ValueMap): [string, Value][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}

/** The word for error messages. */
export function kindOf(value: Value): string {
  if (value === undefined || value === null) return 'nil'
  if (value instanceof Map) return 'map'
  if (value instanceof Shown) return 'string'
  if (isList(value)) return 'list'
  return typeof value === 'object' ? 'struct' : typeof value === 'boolean' ? 'bool' : typeof value
}

/** As encoding/json writes it without HTML escapes: struct fields in order, map keys sorted, absent fields left out. */
export function toJson(value: Value, indent?: string): string {
  return JSON.stringify(plain(value ?? null), null, indent)
}

function plain(value: Value | Omitted): unknown {
  if (value instanceof Omitted) return undefined
  if (value === NIL_LIST || value === NIL_MAP) return null
  if (value instanceof Shown) return value.json
  if (value instanceof Map) return Object.fromEntries(sortedEntries(value).map(([key, item]) => [key, plain(item)]))
  if (isList(value)) return value.map(plain)
  if (!isStruct(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}
