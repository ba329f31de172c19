import { closeSync, fchmodSync, fchownSync, futimesSync } from 'node:fs'
import type { ModeChange } from '../../base/file-mode.ts'
import { Pace } from '../../base/pace.ts'
import { type CopyMemory, copyFilePieces, newCopyMemory } from '../../host/index.ts'
import { ensureDir, type NodeMeta, resolveInRoot, type TreeView, type TreeWriter } from '../../layer/index.ts'
import { ContextTree, joinPath } from '../context-tree.ts'
import { engineError } from '../errors.ts'
import type { SelectedEntry, SelectedSource } from './select.ts'
import type { SelectionDigests } from './selection-digests.ts'
import { readFileOnce, readSmall, SMALL_FILE, SourceFile } from './source-file.ts'

export interface Owner {
  readonly uid: number
  readonly gid: number
}

export interface CopyTarget {
  readonly writer: TreeWriter
  /** Absolute; a trailing slash means that it must be a directory. */
  readonly destination: string
  /** --chown; undefined keeps the entries' own. */
  readonly owner: Owner | undefined
  /** --chmod; undefined keeps the entries' own. */
  readonly mode: ModeChange | undefined
  /** The mode of directories that are made for the destination. */
  readonly parentMode: number
  /** Seconds: the mtime of directories that are made on the way. */
  readonly now: number
}

/**
 * Copies what was selected into the tree. Existing directories are merged into, files and links replaced. A file of
 * unknown digest is read once, which makes its digest known; others are copied in the kernel.
 */
export async function applySelection(
  tree: TreeView,
  sources: readonly SelectedSource[],
  digests: SelectionDigests,
  target: CopyTarget,
  signal?: AbortSignal,
): Promise<void> {
  const copy: Copy = {
    tree,
    digests,
    target,
    links: new Map(),
    directories: [],
    made: new Set(),
    memory: newCopyMemory(),
    pace: new Pace(signal),
  }
  for (const source of sources) {
    const root = placeOf(source, target)
    for (const entry of source.entries) {
      await copyEntry(copy, entry, entry.path === '' ? root : joinPath(root, entry.path))
      if (copy.pace.due) await copy.pace.breathe()
    }
  }
  for (const { path, mtime } of copy.directories.toReversed()) target.writer.setMeta(path, { mtime })
}

interface Copy {
  readonly tree: TreeView
  readonly digests: SelectionDigests
  readonly target: CopyTarget
  /** Where the first name of each hard-link set landed. */
  readonly links: Map<string, string>
  /** Their times are set when nothing is put into them any more. */
  readonly directories: { readonly path: string; readonly mtime: number }[]
  /** Directories that were not there before: what is put into them meets nothing. */
  readonly made: Set<string>
  readonly memory: CopyMemory
  readonly pace: Pace
}

/** Where a source lands: the destination itself for directories, for files that or a name in it. Its parents are made. */
export function placeOf(source: Pick<SelectedSource, 'isDirectory' | 'name'>, target: CopyTarget): string {
  const { writer, destination } = target
  const wanted = destination.length > 1 && destination.endsWith('/') ? destination.slice(0, -1) : destination
  const resolved = resolveInRoot(writer, wanted, { followLast: true })
  const isDirectory = resolved.entry?.type === 'dir'
  if (source.isDirectory) {
    makeParents(target, parentOf(resolved.path))
    return resolved.path
  }
  if (!isDirectory && !destination.endsWith('/')) {
    makeParents(target, parentOf(resolved.path))
    return resolved.path
  }
  makeParents(target, resolved.path)
  return joinPath(resolved.path, source.name)
}

/** Makes a directory of the destination path, and its parents, as BuildKit does: with the copy's owner. */
export function makeParents(target: CopyTarget, path: string): void {
  ensureDir(target.writer, path, {
    mode: target.parentMode,
    uid: target.owner?.uid ?? 0,
    gid: target.owner?.gid ?? 0,
    mtime: target.now,
  })
}

async function copyEntry(copy: Copy, selected: SelectedEntry, path: string): Promise<void> {
  const { entry, from } = selected
  const { writer } = copy.target
  const existing = copy.made.has(parentOf(path)) ? undefined : writer.lstat(path)
  if (entry.type === 'dir') return copyDirectory(copy, selected, path, existing?.type)
  if (existing?.type === 'dir') throw cannotReplace(path, 'a directory with a file')
  const first = entry.links > 1 ? copy.links.get(entry.inode) : undefined
  if (first !== undefined && first !== path) {
    if (existing) writer.remove(path)
    return writer.link(path, first)
  }
  if (entry.type === 'file') await copyFile(copy, selected, path)
  else copySpecial(copy, selected, path, copy.tree.readlink.bind(copy.tree, from))
  if (entry.links > 1) copy.links.set(entry.inode, path)
}

function copyDirectory(copy: Copy, selected: SelectedEntry, path: string, existing: string | undefined): void {
  if (existing !== undefined && existing !== 'dir') throw cannotReplace(path, `a ${existing} with a directory`)
  if (existing === undefined) copy.made.add(path)
  if (selected.onTheWay) passThrough(copy, selected, path, existing)
  else mergeDirectory(copy, selected, path, existing)
}

function mergeDirectory(copy: Copy, selected: SelectedEntry, path: string, existing: string | undefined): void {
  const { writer } = copy.target
  if (!isContextRoot(copy, selected)) copy.directories.push({ path, mtime: selected.entry.mtime })
  else if (existing === undefined) copy.directories.push({ path, mtime: copy.target.now })
  // The content of a directory is copied, not the directory itself: of that the destination has the time, and no more.
  if (selected.path === '') makeParents(copy.target, path)
  else if (existing === undefined) writer.mkdir(path, metaOf(copy, selected))
  else writer.setMeta(path, metaOf(copy, selected))
}

/** As in BuildKit one that is there gets the source's mode, whatever --chmod says, and neither its owner nor its time. */
function passThrough(copy: Copy, selected: SelectedEntry, path: string, existing: string | undefined): void {
  if (existing === undefined) copy.target.writer.mkdir(path, metaOf(copy, selected))
  else copy.target.writer.setMeta(path, { mode: selected.entry.mode })
}

/** As in BuildKit the folder that somebody keeps a build context in is no part of it, nor is its time. */
function isContextRoot({ tree }: Copy, { from }: SelectedEntry): boolean {
  return from === '/' && tree instanceof ContextTree
}

async function copyFile(copy: Copy, selected: SelectedEntry, path: string): Promise<void> {
  const { writer } = copy.target
  using source = SourceFile.open(copy.tree, selected.from)
  if (source.size <= SMALL_FILE) return writer.writeFile(path, readSmall(source, copy.digests), metaOf(copy, selected))
  const file = writer.createFile(path)
  try {
    if (copy.digests.lookup(source.path, source.stamp) !== undefined) await copyKnown(copy, source, file)
    else await readFileOnce(source, copy.digests, copy.pace, file)
    const meta = metaOf(copy, selected)
    fchownSync(file, meta.uid, meta.gid)
    fchmodSync(file, meta.mode)
    // node:fs knows no times before 1970.
    if (meta.mtime < 0) writer.setMeta(path, { mtime: meta.mtime })
    else futimesSync(file, meta.mtime, meta.mtime)
    if (meta.xattrs && meta.xattrs.size > 0) writer.setMeta(path, { xattrs: meta.xattrs })
  } finally {
    closeSync(file)
  }
}

async function copyKnown({ memory, pace }: Copy, source: SourceFile, file: number): Promise<void> {
  for (const _ of copyFilePieces(source.fd, file, source.size, memory)) if (pace.due) await pace.breathe()
  source.assertUnchanged()
}

function copySpecial(copy: Copy, selected: SelectedEntry, path: string, readlink: () => string): void {
  const { writer } = copy.target
  const { entry } = selected
  const meta = metaOf(copy, selected)
  if (writer.lstat(path)) writer.remove(path)
  if (entry.type === 'symlink') writer.symlink(path, readlink(), meta)
  else if (entry.type === 'fifo' || entry.type === 'char' || entry.type === 'block')
    writer.mknod(path, entry.type, entry.device ?? [0, 0], meta)
  else if (entry.type === 'socket') writeEmptyFile(writer, path, meta)
}

/** What BuildKit makes of a context's socket. */
function writeEmptyFile(writer: TreeWriter, path: string, meta: NodeMeta): void {
  closeSync(writer.createFile(path))
  writer.setMeta(path, meta)
}

function metaOf(copy: Copy, { entry, from }: SelectedEntry): NodeMeta {
  const { owner, mode } = copy.target
  return {
    mode: mode && entry.type !== 'symlink' ? mode(entry.mode, entry.type === 'dir') : entry.mode,
    uid: owner?.uid ?? entry.uid,
    gid: owner?.gid ?? entry.gid,
    mtime: entry.mtime,
    xattrs: copy.tree.xattrs(from),
  }
}

function cannotReplace(path: string, what: string): Error {
  return engineError('ENGINE_BAD_DESTINATION', `copying to ${path}: cannot replace ${what}`, { facts: { path } })
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}
