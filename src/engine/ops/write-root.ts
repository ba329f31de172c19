import type { TreeWriter } from '../../layer/index.ts'
import type { Snapshot } from '../../snapshot/index.ts'
import type { OpContext } from '../environment.ts'

/** Changes a new snapshot over `parent` and commits it; on any failure nothing of it stays. Undefined when nothing changed. */
export async function changeRoot(
  parent: Snapshot | undefined,
  context: OpContext,
  change: (tree: TreeWriter) => Promise<void> | void,
): Promise<Snapshot | undefined> {
  await using active = await context.environment.snapshotter.prepare(parent?.id)
  await change(active.tree)
  return await active.commit({ epoch: context.options.epoch, signal: context.signal })
}

/** The time of what an op itself makes (parents of a destination, WORKDIR): seconds. */
export function opTime(context: OpContext): number {
  return context.options.epoch ?? Math.floor(Date.now() / 1000)
}
