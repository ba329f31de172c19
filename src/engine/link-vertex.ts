import { linkKeys, storedRecord } from '../cache/index.ts'
import type { Digest } from '../oci/index.ts'
import type { CopyOp, Vertex } from '../plan/index.ts'
import type { Snapshot } from '../snapshot/index.ts'
import { lookUpMade, type Made, resultOf } from './made.ts'
import type { StackLayer, VertexResult } from './result.ts'
import type { StepContext } from './step-context.ts'

type LinkVertex = Vertex & { readonly op: CopyOp }
type Evaluate = (vertex: Vertex, inputs: readonly VertexResult[], context: StepContext) => Promise<VertexResult>

/** COPY --link onto a root; on an empty one it is a copy like any other. */
export function isLink(vertex: Vertex): vertex is LinkVertex {
  return vertex.op.type === 'copy' && vertex.op.link && !vertex.op.scratch
}

/**
 * COPY --link: the copy is made on an empty root and found again without one, so that it stays when the root changes; then
 * its layer is put on the root as it is.
 */
export async function linkLayer(
  vertex: LinkVertex,
  [root, ...sources]: readonly VertexResult[],
  context: StepContext,
  evaluate: Evaluate,
): Promise<VertexResult> {
  if (!root) throw new TypeError('a link without a root')
  const since = performance.now()
  const layer = await evaluate(withoutRoot(vertex), sources, context)
  const top = await layer.snapshot()
  if (!top || layer.key === undefined) return root
  const link: Link = { vertex, root, key: layer.key, top }
  const made = lookUpMade(linkKeys(root, layer.key), root.chainId, context) ?? (await makeLink(link, context))
  return { ...resultOf(root, made, layer.cached, since, context), createdMs: layer.createdMs }
}

function withoutRoot(vertex: LinkVertex): Vertex {
  const { op, inputs } = vertex
  const parts = op.parts.map(part => (part.kind === 'files' ? { ...part, input: part.input - 1 } : part))
  return { ...vertex, inputs: inputs.slice(1), op: { ...op, scratch: true, parts } }
}

interface Link {
  readonly vertex: LinkVertex
  readonly root: VertexResult
  /** Of the layer. */
  readonly key: Digest
  readonly top: Snapshot
}

async function makeLink(link: Link, context: StepContext): Promise<Made> {
  const { environment, limit, report, signal } = context
  const since = performance.now()
  await link.root.snapshot()
  const snapshot = await limit.run(async () => {
    report.started()
    return await environment.snapshotter.unpack(stackOf(link, context), { signal })
  }, signal)
  if (snapshot) environment.hold(snapshot)
  const keys = linkKeys(link.root, link.key)
  const { label } = link.vertex
  const record = environment.cache.put({
    keys,
    op: 'link',
    record: storedRecord(keys, undefined, { step: label.text, stage: label.stage }),
    snapshotId: snapshot?.id,
    costMs: performance.now() - since,
  })
  return { record, snapshot }
}

/** The root's layers are there: only the last one is unpacked. */
function stackOf({ root, top }: Link, { environment }: StepContext) {
  const below = root.layers.map(({ diffId }: StackLayer) => ({
    diffId,
    open: () => {
      throw new TypeError(`layer ${diffId} of the root is not unpacked`)
    },
  }))
  const open = (signal?: AbortSignal) => environment.snapshotter.layerTar(top.id, signal)
  return [...below, { diffId: top.diffId, open }]
}
