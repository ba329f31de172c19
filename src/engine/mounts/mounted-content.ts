import type { Digest } from '../../oci/index.ts'
import type { CopyOp, ExecOp, PlannedBind } from '../../plan/index.ts'
import { Selection } from '../copy/selection.ts'
import type { OpContext } from '../environment.ts'
import type { VertexResult } from '../result.ts'
import { findSource } from './bind.ts'

/**
 * Digests of the files that a RUN mounts of other stages, by the number of the input; undefined when there are none. A
 * stage that was built again and gave the same files is no reason to run the step again.
 */
export async function mountedContent(
  op: ExecOp,
  inputs: readonly VertexResult[],
  context: OpContext,
): Promise<ReadonlyMap<number, Digest> | undefined> {
  const counted = (op.mounts ?? []).filter(mount => mount.type === 'bind').filter(mount => mount.byContent)
  if (counted.length === 0) return undefined
  const digests = new Map<number, Digest>()
  for (const [input, mounts] of Map.groupBy(counted, mount => mount.input))
    digests.set(input, await contentOf(mounts, inputs, context))
  return digests
}

async function contentOf(
  mounts: readonly PlannedBind[],
  inputs: readonly VertexResult[],
  context: OpContext,
): Promise<Digest> {
  const parts: CopyOp['parts'][number][] = []
  for (const mount of mounts) {
    const { path } = await findSource(mount, inputs, context.signal)
    const sources = [{ pattern: path.slice(1), wildcard: false, original: mount.source }]
    parts.push({ kind: 'files', input: mount.input, sources, unpackArchives: false, fromContext: false })
  }
  const nowhere = { destination: '/', chown: undefined, chmod: undefined, excludes: [], link: false }
  const op: CopyOp = { type: 'copy', scratch: true, parts, ...nowhere }
  const treeOf = (input: number) => (inputs[input] as VertexResult).tree()
  const selection = await Selection.of(op, treeOf, context.environment.fileDigests, context.signal)
  return (await selection.content(context.signal)).digest
}
