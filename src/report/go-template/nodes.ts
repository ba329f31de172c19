import type { Value } from './value.ts'

export type Node =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'action'; readonly pipeline: Pipeline }
  | {
      readonly type: 'if' | 'with' | 'range'
      readonly pipeline: Pipeline
      readonly body: readonly Node[]
      readonly otherwise: readonly Node[]
    }
  | { readonly type: 'break' | 'continue' }

/** `$i, $v := a | b c`; `declares` tells `:=` from `=`. */
export interface Pipeline {
  readonly variables: readonly string[]
  readonly declares: boolean
  readonly commands: readonly Command[]
}

/** A function with its arguments, or a single operand. */
export type Command =
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Operand[] }
  | { readonly type: 'operand'; readonly operand: Operand }

/** `root.fields[0].fields[1]...`; root is the dot, a variable, a literal, a pipeline in parentheses, or a call without arguments. */
export interface Operand {
  readonly root:
    | { readonly type: 'dot' }
    | { readonly type: 'variable'; readonly name: string }
    | { readonly type: 'literal'; readonly value: Value }
    | { readonly type: 'pipeline'; readonly pipeline: Pipeline }
    | { readonly type: 'function'; readonly name: string }
  readonly fields: readonly string[]
}
