import type { ContextOp } from '../plan/index.ts'
import type { ContextTree } from './context-tree.ts'
import type { ContextSource, OpContext } from './environment.ts'
import { engineError } from './errors.ts'
import { fileTree } from './file-tree.ts'
import type { VertexResult } from './result.ts'
import type { VertexReport } from './vertex-report.ts'

/** Reading that is over sooner is no step for the user. */
const WORTH_TELLING_MS = 300
const INTERVAL_MS = 100

export function contextResult(op: ContextOp, { environment, signal }: OpContext, report: VertexReport): VertexResult {
  const source = environment.contexts.get(op.name)
  if (!source)
    throw engineError('ENGINE_UNKNOWN_CONTEXT', `reading build context ${op.name}: there is none of that name`)
  const use = new ContextUse(report)
  const load = async (): Promise<ContextTree> => {
    const tree = source.remote ? await fetchReported(source, signal, report) : await source.load(() => {}, signal)
    tree.onOpen = bytes => use.read(bytes)
    return tree
  }
  return { ...fileTree(load), use }
}

async function fetchReported(source: ContextSource, signal: AbortSignal, report: VertexReport): Promise<ContextTree> {
  report.started()
  try {
    const tree = await source.load(report.transfer.bind(report), signal)
    report.completed('done')
    return tree
  } catch (error) {
    if (!signal.aborted) report.failed(error instanceof Error ? error.message : String(error))
    throw error
  }
}

/** Tells, where it takes long, how much of a context has been read. */
class ContextUse {
  readonly #report: VertexReport
  #users = 0
  #bytes = 0
  /** When to tell next, by performance.now(). */
  #due = 0
  #told = false

  constructor(report: VertexReport) {
    this.#report = report
  }

  begin(): void {
    if (this.#users++ === 0) this.#due = performance.now() + WORTH_TELLING_MS
  }

  end(): void {
    if (--this.#users > 0 || !this.#told) return
    this.#told = false
    this.#tell(true)
    this.#report.completed('done')
  }

  read(bytes: number): void {
    this.#bytes += bytes
    const now = performance.now()
    if (now < this.#due) return
    this.#due = now + INTERVAL_MS
    this.#told = true
    this.#tell(false)
  }

  #tell(done: boolean): void {
    this.#report.transfer('context', 'transferring', this.#bytes, undefined, done)
  }
}
