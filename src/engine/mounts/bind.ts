import { suggest } from '../../base/suggest.ts'
import { resolveInRoot, type TreeEntry, type TreeView } from '../../layer/index.ts'
import type { PlannedBind } from '../../plan/index.ts'
import type { RootSource, Snapshot } from '../../snapshot/index.ts'
import { joinPath } from '../context-tree.ts'
import { engineError } from '../errors.ts'
import type { VertexResult } from '../result.ts'
import type { MountContext, MountedTree, MountSource } from './mount-source.ts'

/** Files of a stage, an image or (as a view of its own) the context. What is written to them is gone after the RUN. */
export async function bindSource(mount: PlannedBind, context: MountContext): Promise<MountSource> {
  const { target, readOnly } = mount
  const found = await findSource(mount, context.inputs, context.signal)
  const root = await rootOf(found.snapshot, readOnly, context)
  const { path, tree } = found
  const isFile = found.entry.type !== 'dir'
  return {
    target,
    isFile,
    tree: isFile ? undefined : subTree(tree, path, readOnly),
    place: destination => ({ type: 'tree', root, path, isFile, destination, readOnly }),
  }
}

/** What `source` of a mount names. */
export interface FoundSource {
  readonly snapshot: Snapshot | undefined
  readonly tree: TreeView
  /** Without symlinks. */
  readonly path: string
  readonly entry: TreeEntry
}

/** Looks in the mount's input, following symlinks in there. Throws `ENGINE_SOURCE_NOT_FOUND`. */
export async function findSource(
  { input, source }: { readonly input: number; readonly source: string },
  inputs: readonly VertexResult[],
  signal: AbortSignal,
): Promise<FoundSource> {
  const result = inputs[input] as VertexResult
  const snapshot = await result.snapshot()
  const tree = await result.tree()
  signal.throwIfAborted()
  const { path, entry } = resolveInRoot(tree, source, { followLast: true })
  if (!entry) throw notFound(tree, source)
  return { snapshot, tree, path, entry }
}

/** Without a snapshot it is the empty root. */
async function rootOf(snapshot: Snapshot | undefined, readOnly: boolean, context: MountContext): Promise<RootSource> {
  const { snapshotter } = context.environment
  if (readOnly && snapshot) return snapshotter.readOnlyRoot(snapshot.id)
  const active = context.stack.use(await snapshotter.prepare(snapshot?.id))
  return active.root()
}

function subTree(tree: TreeView, path: string, readOnly: boolean): MountedTree {
  const at = (inside: string): string => (path === '/' ? inside : inside === '/' ? path : path + inside)
  return { readOnly, lstat: inside => tree.lstat(at(inside)), readlink: inside => tree.readlink(at(inside)) }
}

function notFound(tree: TreeView, source: string): Error {
  const parent = source.slice(0, source.lastIndexOf('/')) || '/'
  const names = tree.lstat(parent)?.type === 'dir' ? tree.readdir(parent) : []
  const near = suggest(source.slice(source.lastIndexOf('/') + 1), names)
  return engineError('ENGINE_SOURCE_NOT_FOUND', `mounting ${source}: not found in the stage or image it comes from`, {
    hint: near === undefined ? undefined : `Did you mean ${joinPath(parent, near)}?`,
    facts: { path: source },
  })
}
