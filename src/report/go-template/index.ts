import { evaluateNodes } from './evaluate.ts'
import { parseNodes } from './parse.ts'
import type { Value } from './value.ts'

export { NIL_LIST, NIL_MAP, Omitted, Shown, toJson, type Value, type ValueMap, type ValueStruct } from './value.ts'

export interface Template {
  /** Throws `FORMAT_EXECUTION` when the template does not fit the value. */
  execute(value: Value): string
}

/**
 * A Go text/template with Docker's functions (json, join, split, lower, upper, title, pad, truncate), as `--format` takes
 * it. Everything but define, template, block, method calls, character constants, complex numbers and html, js, urlquery,
 * call is there; those are `FORMAT_SYNTAX` errors, never ignored.
 */
export function parseTemplate(format: string): Template {
  const nodes = parseNodes(format)
  return { execute: value => evaluateNodes(nodes, value) }
}
