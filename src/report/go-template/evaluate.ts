import { suggest } from '../../base/suggest.ts'
import { executionError } from './errors.ts'
import { callFunction } from './functions.ts'
import { goPrint } from './go-print.ts'
import type { Command, Node, Operand, Pipeline } from './nodes.ts'
import { isList, isStruct, isTrue, kindOf, Omitted, sortedEntries, type Value } from './value.ts'

/** Runs nodes over a value. Throws `FORMAT_EXECUTION`. */
export function evaluateNodes(nodes: readonly Node[], value: Value): string {
  const run = new Evaluation(value)
  run.walk(nodes, value)
  return run.output
}

type Flow = 'next' | 'break' | 'continue'

class Evaluation {
  output = ''
  readonly #variables: { name: string; value: Value }[]

  constructor(root: Value) {
    this.#variables = [{ name: '$', value: root }]
  }

  walk(nodes: readonly Node[], dot: Value): Flow {
    const mark = this.#variables.length
    let flow: Flow = 'next'
    for (const node of nodes) {
      flow = this.#walkNode(node, dot)
      if (flow !== 'next') break
    }
    this.#variables.length = mark
    return flow
  }

  #walkNode(node: Node, dot: Value): Flow {
    if (node.type === 'text') this.output += node.text
    else if (node.type === 'action') this.#action(node.pipeline, dot)
    else if ('body' in node) return this.#control(node, dot)
    else return node.type
    return 'next'
  }

  #action(pipeline: Pipeline, dot: Value): void {
    const value = this.#pipeline(pipeline, dot)
    if (pipeline.variables.length === 0) this.output += goPrint(value)
  }

  #control(node: Extract<Node, { body: readonly Node[] }>, dot: Value): Flow {
    const mark = this.#variables.length
    const value = node.type === 'range' ? this.#commands(node.pipeline, dot) : this.#pipeline(node.pipeline, dot)
    const flow = node.type === 'range' ? this.#range(node, value, dot) : this.#branch(node, value, dot)
    this.#variables.length = mark
    return flow
  }

  #branch(node: Extract<Node, { body: readonly Node[] }>, value: Value, dot: Value): Flow {
    if (!isTrue(value)) return this.walk(node.otherwise, dot)
    return this.walk(node.body, node.type === 'with' ? value : dot)
  }

  #range(node: Extract<Node, { body: readonly Node[] }>, value: Value, dot: Value): Flow {
    const items = rangeItems(value)
    if (items.length === 0) return this.walk(node.otherwise, dot)
    for (const [key, item] of items) {
      const mark = this.#variables.length
      const { variables, declares } = node.pipeline
      if (variables.length === 1) this.#assign(variables[0] as string, item, declares)
      if (variables.length === 2) {
        this.#assign(variables[0] as string, key, declares)
        this.#assign(variables[1] as string, item, declares)
      }
      const flow = this.walk(node.body, item)
      this.#variables.length = mark
      if (flow === 'break') break
    }
    return 'next'
  }

  #pipeline(pipeline: Pipeline, dot: Value): Value {
    const value = this.#commands(pipeline, dot)
    for (const name of pipeline.variables) this.#assign(name, value, pipeline.declares)
    return value
  }

  #commands(pipeline: Pipeline, dot: Value): Value {
    let value: Value
    pipeline.commands.forEach((command, i) => {
      value = this.#command(command, dot, i === 0 ? [] : [value])
    })
    return value
  }

  #command(command: Command, dot: Value, piped: readonly Value[]): Value {
    if (command.type === 'operand') return this.#operand(command.operand, dot)
    if (command.name === 'and' || command.name === 'or')
      return this.#shortCircuit(command.name, command.args, dot, piped)
    return callFunction(command.name, [...command.args.map(arg => this.#operand(arg, dot)), ...piped])
  }

  #shortCircuit(name: 'and' | 'or', args: readonly Operand[], dot: Value, piped: readonly Value[]): Value {
    for (const arg of args) {
      const value = this.#operand(arg, dot)
      if (isTrue(value) === (name === 'or')) return value
      if (arg === args.at(-1) && piped.length === 0) return value
    }
    return callFunction(name, piped)
  }

  #operand(operand: Operand, dot: Value): Value {
    return operand.fields.reduce(fieldOf, this.#root(operand, dot))
  }

  #root({ root }: Operand, dot: Value): Value {
    if (root.type === 'dot') return dot
    if (root.type === 'literal') return root.value
    if (root.type === 'pipeline') return this.#pipeline(root.pipeline, dot)
    if (root.type === 'function') return callFunction(root.name, [])
    return this.#variables.findLast(variable => variable.name === root.name)?.value
  }

  #assign(name: string, value: Value, declares: boolean): void {
    const known = declares ? undefined : this.#variables.findLast(variable => variable.name === name)
    if (known) known.value = value
    else this.#variables.push({ name, value })
  }
}

function fieldOf(value: Value, field: string): Value {
  if (value instanceof Map) return value.get(field)
  if (value === null || value === undefined)
    throw executionError(`can't read .${field} of nothing: the value before it is not set`)
  if (!isStruct(value)) throw executionError(`can't read .${field} of a ${kindOf(value)}`)
  if (Object.hasOwn(value, field)) {
    const found = value[field]
    return found instanceof Omitted ? found.zero : (found ?? null)
  }
  const near = suggest(field, Object.keys(value))
  throw executionError(
    `no field .${field} here`,
    near ? `did you mean \`.${near}\`?` : `fields are ${Object.keys(value).join(', ')}`,
  )
}

function rangeItems(value: Value): readonly (readonly [Value, Value])[] {
  if (value === null || value === undefined) return []
  if (value instanceof Map) return sortedEntries(value)
  if (isList(value)) return value.map((item, i) => [i, item] as const)
  if (typeof value === 'number' && value <= 1_000_000)
    return Array.from({ length: Math.max(0, value) }, (_, i) => [i, i] as const)
  throw executionError(`range can't iterate over a ${kindOf(value)}`)
}
