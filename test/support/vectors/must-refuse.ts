import { ok } from 'node:assert/strict'
import { isTareError } from '../../../src/base/error.ts'

/** Throws unless `action` ends in a TareError, whose message has `part` in it. */
export function mustRefuse(action: () => unknown, part = ''): void {
  let thrown: unknown
  try {
    action()
  } catch (error) {
    thrown = error
  }
  ok(isTareError(thrown), `expected a refusal, got ${thrown ?? 'an answer'}`)
  ok(thrown.message.includes(part), `expected "${part}" in "${thrown.message}"`)
}
