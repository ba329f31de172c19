import { type CacheKey, type KeyContent, type KeyInput, placeKeys, storedRecord, vertexKeys } from '../cache/index.ts'
import type { CopyOp, Vertex } from '../plan/index.ts'
import type { Snapshot } from '../snapshot/index.ts'
import { Selection } from './copy/selection.ts'
import { isLink, linkLayer } from './link-vertex.ts'
import { lookUpMade, type Made, resultOf } from './made.ts'
import { mountedContent } from './mounts/mounted-content.ts'
import { runCopy } from './ops/copy.ts'
import { runExec } from './ops/exec.ts'
import { runMkdir } from './ops/mkdir.ts'
import type { VertexResult } from './result.ts'
import type { StepContext } from './step-context.ts'

/** A vertex that makes a root from a root: asked of the cache by its inputs first, by content second, run last. */
export async function evaluateStep(
  vertex: Vertex,
  inputs: readonly VertexResult[],
  context: StepContext,
): Promise<VertexResult> {
  if (isLink(vertex)) return await linkLayer(vertex, inputs, context, evaluateStep)
  const since = performance.now()
  const { limit, signal } = context
  const root = 'scratch' in vertex.op && !vertex.op.scratch ? inputs[0] : undefined
  const keys = inputs.map(({ key, chainId }) => ({ key, chainId }))
  const step: Step = { vertex, root, inputs: keys, results: inputs, context }
  const hit = lookup(step, keysOf(step))
  if (hit) return resultOf(root, hit, true, since, context)
  const selection =
    vertex.op.type === 'copy' ? await limit.run(() => select(vertex.op as CopyOp, inputs, context), signal) : undefined
  const found = selection && (await limit.run(() => lookupContent(step, selection), signal))
  if (found) return resultOf(root, found, true, since, context)
  const mounts = await mountsOf(step)
  const sameFiles = mounts && lookup(step, keysOf(step, { mounts }))
  if (sameFiles) return resultOf(root, sameFiles, true, since, context)
  // A base is pulled and unpacked on the FROM step's account, without taking a slot from steps that could work.
  const [parent] = await Promise.all([root?.snapshot(), ...mountedRoots(vertex, inputs)])
  return await limit.run(async () => {
    context.report.started()
    const begun = performance.now()
    const { made, joined } = await makeOnce({ ...step, mounts }, parent, selection)
    return resultOf(root, made, joined, begun, context)
  }, signal)
}

interface Step {
  readonly vertex: Vertex
  readonly root: VertexResult | undefined
  readonly inputs: readonly KeyInput[]
  readonly results: readonly VertexResult[]
  readonly mounts?: KeyContent['mounts']
  readonly context: StepContext
}

function keysOf({ vertex, inputs, context }: Step, content: Pick<KeyContent, 'files' | 'mounts'> = {}): CacheKey[] {
  return vertexKeys(vertex, inputs, { ...content, epoch: context.options.epoch })
}

async function mountsOf({ vertex: { op }, results, context }: Step): Promise<KeyContent['mounts']> {
  if (op.type !== 'exec') return undefined
  return await context.limit.run(() => mountedContent(op, results, context), context.signal)
}

async function makeOnce(
  step: Step,
  parent: Snapshot | undefined,
  selection: Selection | undefined,
): Promise<{ readonly made: Made; readonly joined: boolean }> {
  const { inFlight } = step.context
  const [first] = keysOf(step, { files: selection?.stamps === undefined ? undefined : { digest: selection.stamps } })
  const running = first && inFlight.get(first.key)
  if (running) return { made: await running, joined: true }
  const making = make(step, parent, selection)
  if (first) inFlight.set(first.key, making)
  return { made: await making, joined: false }
}

async function make(step: Step, parent: Snapshot | undefined, selection: Selection | undefined): Promise<Made> {
  const since = performance.now()
  const { vertex, inputs, context } = step
  context.signal.throwIfAborted()
  const snapshot = (await runOp(step, parent, selection)) ?? parent
  if (snapshot) context.environment.hold(snapshot)
  const content = await selection?.content(context.signal)
  const keys = keysOf(step, { files: content, mounts: step.mounts })
  const record = context.environment.cache.put({
    keys,
    places: placeKeys(vertex, inputs, context.options.epoch),
    op: vertex.op.type,
    record: storedRecord(keys, content, { step: vertex.label.text, stage: vertex.label.stage }),
    snapshotId: snapshot?.id,
    costMs: Math.round(performance.now() - since),
  })
  return { record, snapshot }
}

function lookup({ root, context }: Step, keys: readonly CacheKey[]): Made | undefined {
  return lookUpMade(keys, root ? root.chainId : null, context)
}

/** By the selected files; they are read only where that may lead to a hit. */
async function lookupContent(step: Step, selection: Selection): Promise<Made | undefined> {
  const { vertex, inputs, context } = step
  if (context.options.noCache) return undefined
  const remembered = selection.remembered()
  const hit = remembered && lookup(step, keysOf(step, { files: { digest: remembered } }))
  if (hit) return hit
  if (!context.environment.cache.knowsPlace(placeKeys(vertex, inputs, context.options.epoch))) return undefined
  const content = await selection.content(context.signal)
  return content.digest === remembered ? undefined : lookup(step, keysOf(step, { files: content }))
}

async function select(op: CopyOp, inputs: readonly VertexResult[], context: StepContext): Promise<Selection> {
  const treeOf = (input: number) => (inputs[input] as VertexResult).tree()
  return await Selection.of(op, treeOf, context.environment.fileDigests, context.signal)
}

/** What a RUN mounts of images is unpacked by then too. */
function mountedRoots({ op }: Vertex, inputs: readonly VertexResult[]): Promise<unknown>[] {
  return op.type === 'exec' ? inputs.map(input => input.snapshot()) : []
}

async function runOp(
  { vertex: { op }, results, context }: Step,
  root: Snapshot | undefined,
  selection: Selection | undefined,
): Promise<Snapshot | undefined> {
  if (op.type === 'exec') return await runExec(op, root, results, context)
  if (op.type === 'mkdir') return await runMkdir(op, root, context)
  if (op.type === 'copy' && selection) return await runCopy(op, root, selection, context)
  throw new TypeError(`no executor for a vertex of type ${op.type}`)
}
