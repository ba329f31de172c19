import type { Limit } from '../base/limit.ts'
import {
  type CacheHit,
  type CacheKey,
  type CacheRecord,
  type ContentRecord,
  storedRecord,
  vertexKeys,
} from '../cache/index.ts'
import type { TreeView } from '../layer/index.ts'
import type { Digest } from '../oci/index.ts'
import type { CopyOp, Vertex } from '../plan/index.ts'
import type { Snapshot } from '../snapshot/index.ts'
import { contentOf } from './copy/content.ts'
import { digestFiles } from './copy/digest-files.ts'
import { missingSource } from './copy/missing-source.ts'
import { type SelectedSource, selectSources } from './copy/select.ts'
import type { OpContext } from './environment.ts'
import { runCopy } from './ops/copy.ts'
import { runExec } from './ops/exec.ts'
import { runMkdir } from './ops/mkdir.ts'
import { runWrite } from './ops/write.ts'
import type { StackLayer, VertexResult } from './result.ts'
import type { VertexReport } from './vertex-report.ts'

/** Results being made in this build, by primary key: the same step wanted twice runs once. */
export type InFlight = Map<Digest, Promise<Made>>

interface Made {
  readonly record: Pick<CacheRecord, 'key' | 'createdMs'>
  readonly snapshot: Snapshot | undefined
}

export interface StepContext extends OpContext {
  readonly inFlight: InFlight
  readonly limit: Limit
  readonly report: VertexReport
}

/** What COPY selected, once somebody had to know. */
interface Selection {
  readonly tree: TreeView
  readonly sources: readonly SelectedSource[]
  readonly content: ContentRecord
}

/** A vertex that makes a root from a root: asked of the cache by its inputs first, by content second, run last. */
export async function evaluateStep(
  vertex: Vertex,
  inputs: readonly VertexResult[],
  context: StepContext,
): Promise<VertexResult> {
  const since = performance.now()
  const root = 'scratch' in vertex.op && !vertex.op.scratch ? inputs[0] : undefined
  const keyInputs = inputs.map(({ key, chainId }) => ({ key, chainId }))
  const hit = lookup(vertexKeys(vertex, keyInputs, { epoch: context.options.epoch }), root, context)
  if (hit) return resultOf(root, { record: hit, snapshot: snapshotOfHit(hit, context) }, true, since, context)
  const { limit, signal } = context
  const selection =
    vertex.op.type === 'copy' ? await limit.run(() => select(vertex.op as CopyOp, inputs, context), signal) : undefined
  const keys = vertexKeys(vertex, keyInputs, { files: selection?.content, epoch: context.options.epoch })
  const found = selection && lookup(keys, root, context)
  if (found) return resultOf(root, { record: found, snapshot: snapshotOfHit(found, context) }, true, since, context)
  // A base is pulled and unpacked on the FROM step's account, without taking a slot from steps that could work.
  const parent = await root?.snapshot()
  return await limit.run(async () => {
    context.report.started()
    const begun = performance.now()
    const { made, joined } = await makeOnce(vertex, keys, parent, selection, context)
    return resultOf(root, made, joined, begun, context)
  }, signal)
}

async function makeOnce(
  vertex: Vertex,
  keys: readonly CacheKey[],
  parent: Snapshot | undefined,
  selection: Selection | undefined,
  context: StepContext,
): Promise<{ readonly made: Made; readonly joined: boolean }> {
  const { key } = keys[0] as CacheKey
  const running = context.inFlight.get(key)
  if (running) return { made: await running, joined: true }
  const making = make(vertex, keys, parent, selection, context)
  context.inFlight.set(key, making)
  return { made: await making, joined: false }
}

async function make(
  vertex: Vertex,
  keys: readonly CacheKey[],
  parent: Snapshot | undefined,
  selection: Selection | undefined,
  context: StepContext,
): Promise<Made> {
  const since = performance.now()
  context.signal.throwIfAborted()
  const snapshot = (await runOp(vertex, parent, selection, context)) ?? parent
  if (snapshot) context.environment.hold(snapshot)
  const record = context.environment.cache.put({
    keys,
    op: vertex.op.type,
    record: storedRecord(keys, selection?.content, { step: vertex.label.text, stage: vertex.label.stage }),
    snapshotId: snapshot?.id,
    costMs: Math.round(performance.now() - since),
  })
  return { record, snapshot }
}

function lookup(keys: readonly CacheKey[], root: VertexResult | undefined, context: StepContext): CacheHit | undefined {
  if (context.options.noCache || keys.length === 0) return undefined
  const hit = context.environment.cache.lookup(keys, root ? root.chainId : null)
  if (!hit) return undefined
  try {
    snapshotOfHit(hit, context)
    return hit
  } catch {
    // A gc in another process was faster than the hold: then the step is built again.
    return undefined
  }
}

function snapshotOfHit(hit: CacheHit, { environment }: StepContext): Snapshot | undefined {
  if (hit.snapshotId === undefined) return undefined
  const snapshot = environment.snapshotter.get(hit.snapshotId)
  environment.hold(snapshot)
  return snapshot
}

async function select(op: CopyOp, inputs: readonly VertexResult[], context: StepContext): Promise<Selection> {
  const tree = await (inputs.at(-1) as VertexResult).tree()
  const sources = await selectSources(tree, op.sources, op.excludes, missingSource(tree, op), context.signal)
  const entries = sources.flatMap(source => source.entries)
  const digests = await digestFiles(tree, entries, context.environment.fileDigests, context.signal)
  return { tree, sources, content: await contentOf(tree, sources, op, digests) }
}

async function runOp(
  { op }: Vertex,
  root: Snapshot | undefined,
  selection: Selection | undefined,
  context: StepContext,
): Promise<Snapshot | undefined> {
  if (op.type === 'exec') return await runExec(op, root, context)
  if (op.type === 'mkdir') return await runMkdir(op, root, context)
  if (op.type === 'write') return await runWrite(op, root, context)
  if (op.type === 'copy' && selection) return await runCopy(op, root, selection.tree, selection.sources, context)
  throw new TypeError(`no executor for a vertex of type ${op.type}`)
}

function resultOf(
  root: VertexResult | undefined,
  { record, snapshot }: Made,
  cached: boolean,
  since: number,
  { environment }: StepContext,
): VertexResult {
  const changed = snapshot !== undefined && snapshot.chainId !== (root?.chainId ?? null)
  const added: StackLayer | undefined = changed
    ? { diffId: snapshot.diffId, uncompressedBytes: snapshot.uncompressedBytes }
    : undefined
  return {
    key: record.key,
    chainId: snapshot?.chainId ?? null,
    layers: added ? [...(root?.layers ?? []), added] : (root?.layers ?? []),
    added,
    cached,
    createdMs: record.createdMs,
    ms: performance.now() - since,
    snapshot: async () => snapshot,
    tree: async () => environment.snapshotter.view(snapshot?.id),
  }
}
