import { fstatSync } from 'node:fs'
import { Pace } from '../../base/pace.ts'
import type { TreeView } from '../../layer/index.ts'
import { sameVersion, stampOf } from '../context-tree.ts'
import type { SelectedEntry } from './select.ts'
import { expectedStamp, type SelectionDigests } from './selection-digests.ts'
import { changedWhileBuilding, readFileOnce, readSmall, SMALL_FILE, SourceFile } from './source-file.ts'

/** Makes the digests of all regular files among the entries known; reads only what the stat cache does not know. */
export async function digestFiles(
  tree: TreeView,
  entries: Iterable<SelectedEntry>,
  digests: SelectionDigests,
  signal?: AbortSignal,
): Promise<void> {
  const pace = new Pace(signal)
  try {
    for (const { from, entry } of entries) {
      if (entry.type !== 'file' || digests.get(from) !== undefined) continue
      const expected = expectedStamp(tree, from)
      if (expected && digests.lookup(from, expected) !== undefined) continue
      using file = SourceFile.open(tree, from)
      if (!expected && digests.lookup(from, file.stamp) !== undefined) continue
      if (file.size <= SMALL_FILE) readSmall(file, digests)
      else await readFileOnce(file, digests, pace)
      if (pace.due) await pace.breathe()
    }
  } finally {
    digests.save()
  }
}

/** Throws `ENGINE_CONTEXT_CHANGED` when an open file is not the version of it that the build has seen before. */
export function assertUnchanged(tree: TreeView, path: string, fd: number): void {
  const expected = expectedStamp(tree, path)
  if (expected && !sameVersion(expected, stampOf(fstatSync(fd, { bigint: true })))) throw changedWhileBuilding(path)
}
