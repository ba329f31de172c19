import type { Bytes } from '../../oci/index.ts'
import type { TreeWriter } from '../tree.ts'

export interface ExtractOptions {
  /** Owner of everything (ADD --chown); the archive's own owners when undefined. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
  /** mtime in seconds of directories that had to be made for entries without one. */
  readonly mtime: number
  readonly signal?: AbortSignal | undefined
}

export interface ExtractResult {
  readonly entries: number
  readonly bytes: number
}

/**
 * ADD: unpacks an uncompressed tar into the existing directory `destination` (absolute in the tree, resolved).
 * Merges into existing directories; symlinks among an entry's parents are resolved inside the root; names have no
 * whiteout meaning.
 */
export function extractArchive(
  _tar: Bytes,
  _writer: TreeWriter,
  _destination: string,
  _options: ExtractOptions,
): Promise<ExtractResult> {
  throw new Error('being written')
}
