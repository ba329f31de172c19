import { executionError } from './errors.ts'
import { kindOf, Shown, type Value } from './value.ts'

/** Go's `eq`: values of different basic kinds cannot be compared; nil equals only nil. */
export function equals(a: Value, b: Value): boolean {
  const [left, right] = [basic(a), basic(b)]
  if (left === null || right === null) return left === right
  assertSameKind(left, right)
  return left === right
}

/** Below zero, zero, above zero; strings by code points. */
export function compare(a: Value, b: Value): number {
  const [left, right] = [basic(a), basic(b)]
  if (left === null || right === null || typeof left === 'boolean')
    throw executionError(`can't order ${kindOf(a)} and ${kindOf(b)}`)
  assertSameKind(left, right)
  return left < right ? -1 : left > right ? 1 : 0
}

type Basic = null | boolean | number | string

function basic(value: Value): Basic {
  if (value instanceof Shown) return value.text
  if (value === undefined || value === null) return null
  if (typeof value === 'object') throw executionError(`can't compare a ${kindOf(value)}`)
  return value
}

function assertSameKind(left: Basic, right: Basic): void {
  if (typeof left !== typeof right)
    throw executionError(`incompatible types for comparison: ${kindOf(left)} and ${kindOf(right)}`)
}
