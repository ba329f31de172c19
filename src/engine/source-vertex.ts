import { chainIdOf, digestOf } from '../oci/index.ts'
import type { ContextOp, ImageOp, Vertex } from '../plan/index.ts'
import type { Snapshot } from '../snapshot/index.ts'
import { contextResult } from './context-source.ts'
import type { OpContext } from './environment.ts'
import { type GitVertex, gitResult, type HttpVertex, httpResult } from './fetched-sources.ts'
import type { VertexResult } from './result.ts'
import type { VertexReport } from './vertex-report.ts'

type SourceVertex = (Vertex & { readonly op: ImageOp | ContextOp }) | HttpVertex | GitVertex

export function isSource(vertex: Vertex): vertex is SourceVertex {
  return ['image', 'context', 'http', 'git'].includes(vertex.op.type)
}

/**
 * Where files come from. Nothing is read, pulled, fetched or unpacked before somebody asks for the snapshot or the tree;
 * of a Git repository it is asked which commit is meant.
 */
export async function evaluateSource(
  vertex: SourceVertex,
  context: OpContext,
  report: VertexReport,
): Promise<VertexResult> {
  const { op } = vertex
  if (op.type === 'image') return imageResult(op, context, report)
  if (op.type === 'context') return contextResult(op, context, report)
  if (op.type === 'git') return await gitResult(vertex as GitVertex, context, report)
  return await httpResult(vertex as HttpVertex, context, report)
}

function imageResult(op: ImageOp, context: OpContext, report: VertexReport): VertexResult {
  const { environment, signal } = context
  const chainId = chainIdOf(op.diffIds)
  const known = chainId && environment.snapshotter.find(chainId)
  let unpacked: Promise<Snapshot | undefined> | undefined
  if (known) {
    environment.hold(known)
    report.completed('cached')
  }
  const snapshot = (): Promise<Snapshot | undefined> => {
    unpacked ??= known ? Promise.resolve(known) : unpackReported(op, context, report)
    return unpacked
  }
  return {
    key: digestOf(`image ${chainId ?? ''}`),
    chainId: chainId ?? null,
    layers: op.diffIds.map(diffId => ({ diffId })),
    added: undefined,
    cached: known !== undefined,
    createdMs: undefined,
    ms: 0,
    snapshot,
    tree: async () => {
      const top = await snapshot()
      signal.throwIfAborted()
      return environment.snapshotter.view(top?.id)
    },
  }
}

async function unpackReported(op: ImageOp, context: OpContext, report: VertexReport): Promise<Snapshot | undefined> {
  const { environment, signal } = context
  report.started()
  try {
    // A stage with nothing in it.
    const empty = op.diffIds.length === 0
    const top = empty ? undefined : await environment.unpackImage(op, report.transfer.bind(report), signal)
    if (top) environment.hold(top)
    report.completed('done')
    return top
  } catch (error) {
    if (!signal.aborted) report.failed(error instanceof Error ? error.message : String(error))
    throw error
  }
}
