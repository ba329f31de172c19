import { availableParallelism } from 'node:os'
import { isTareError, messageOf, TareError } from '../base/error.ts'
import { Limit } from '../base/limit.ts'
import { systemError } from '../base/system-error.ts'
import type { BuildPlan, Vertex, VertexIndex } from '../plan/index.ts'
import type { EngineEnvironment, OpContext, SolveOptions } from './environment.ts'
import type { VertexResult } from './result.ts'
import { evaluateSource, isSource } from './source-vertex.ts'
import type { InFlight } from './step-context.ts'
import { evaluateStep } from './step-vertex.ts'
import { VertexReport, vertexName } from './vertex-report.ts'

/** Results of the vertices that had to be looked at, by index. */
export type Solved = ReadonlyMap<VertexIndex, VertexResult>

/**
 * Walks the graph from its target: every vertex once, as soon as its inputs are known, at most `jobs` at work. The first
 * failure cancels the rest; when this rejects, nothing runs any more and nothing half done is left.
 */
export async function solve(plan: BuildPlan, environment: EngineEnvironment, options: SolveOptions): Promise<Solved> {
  const solver = new Solver(plan, environment, options)
  announce(plan, options)
  return await solver.run()
}

export function defaultJobs(): number {
  return availableParallelism()
}

class Solver {
  readonly #plan: BuildPlan
  readonly #environment: EngineEnvironment
  readonly #options: SolveOptions
  readonly #limit: Limit
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal
  readonly #pending = new Map<VertexIndex, Promise<VertexResult>>()
  readonly #solved = new Map<VertexIndex, VertexResult>()
  readonly #inFlight: InFlight = new Map()
  #firstFailure: unknown

  constructor(plan: BuildPlan, environment: EngineEnvironment, options: SolveOptions) {
    this.#plan = plan
    this.#environment = environment
    this.#options = options
    this.#limit = new Limit(options.jobs)
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal])
  }

  async run(): Promise<Solved> {
    const { target } = this.#plan
    const outcome = target === undefined ? [] : await Promise.allSettled([this.#result(target)])
    await Promise.allSettled(this.#pending.values())
    this.#options.signal.throwIfAborted()
    if (this.#firstFailure !== undefined) throw this.#firstFailure
    for (const one of outcome) if (one.status === 'rejected') throw one.reason
    return this.#solved
  }

  #result(index: VertexIndex): Promise<VertexResult> {
    let pending = this.#pending.get(index)
    if (!pending) {
      pending = this.#evaluate(this.#plan.vertices[index] as Vertex)
      this.#pending.set(index, pending)
    }
    return pending
  }

  async #evaluate(vertex: Vertex): Promise<VertexResult> {
    // A chain of steps may be longer than the stack is deep.
    await undefined
    const inputs = await settleAll(vertex.inputs.map(index => this.#result(index)))
    const report = new VertexReport(vertex, this.#options)
    try {
      const context = this.#contextOf(vertex, report)
      const result = isSource(vertex)
        ? await evaluateSource(vertex, context, report)
        : await using(inputs, () =>
            evaluateStep(vertex, inputs, { ...context, limit: this.#limit, inFlight: this.#inFlight, report }),
          )
      this.#solved.set(vertex.index, result)
      if (!isSource(vertex)) report.completed(result.cached ? 'cached' : 'done', result.added?.uncompressedBytes ?? 0)
      return result
    } catch (error) {
      throw this.#failed(vertex, report, error)
    }
  }

  #failed(vertex: Vertex, report: VertexReport, error: unknown): unknown {
    if (this.#signal.aborted) {
      report.completed('canceled')
      return error
    }
    const pointed = pointingAt(systemError(error) ?? error, vertex, this.#options)
    report.failed(messageOf(pointed))
    this.#firstFailure = pointed
    this.#stop.abort(pointed)
    return pointed
  }

  #contextOf({ index }: Vertex, report: VertexReport): OpContext {
    const { noCache, noCacheVertices } = this.#options
    return {
      environment: this.#environment,
      options: { ...this.#options, noCache: noCache || noCacheVertices?.has(index) === true },
      signal: this.#signal,
      log: (stream, data) => report.log(stream, data),
    }
  }
}

/** All inputs are waited for, so that nothing still runs when a failure is reported. */
async function settleAll(inputs: readonly Promise<VertexResult>[]): Promise<VertexResult[]> {
  const settled = await Promise.allSettled(inputs)
  return settled.map(one => {
    if (one.status === 'rejected') throw one.reason
    return one.value
  })
}

async function using<T>(inputs: readonly VertexResult[], work: () => Promise<T>): Promise<T> {
  for (const { use } of inputs) use?.begin()
  try {
    return await work()
  } finally {
    for (const { use } of inputs) use?.end()
  }
}

/** The same error, pointing at the instruction's lines unless it already points somewhere. */
function pointingAt(error: unknown, vertex: Vertex, options: SolveOptions): unknown {
  if (!isTareError(error) || error.at || !vertex.label.range) return error
  const { code, message, hint, cause, facts } = error
  return new TareError(code, message, { hint, cause, facts, at: { file: options.file, range: vertex.label.range } })
}

function announce(plan: BuildPlan, options: SolveOptions): void {
  for (const vertex of plan.vertices) {
    options.onProgress({
      type: 'vertex',
      id: options.firstVertexId + vertex.index,
      name: vertexName(vertex),
      inputs: vertex.inputs.map(index => options.firstVertexId + index),
    })
  }
}
