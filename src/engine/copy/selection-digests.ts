import type { TreeView } from '../../layer/index.ts'
import type { Digest } from '../../oci/index.ts'
import type { FileDigests, FileStamp, HashedFile } from '../../store/index.ts'
import { ContextTree } from '../context-tree.ts'

/** As many are put into the stat cache at a time. */
const KEPT = 4096

/** Digests of a tree's files by their path in it: those the stat cache knows, and those that somebody has read by now. */
export class SelectionDigests {
  readonly #cache: FileDigests
  readonly #known = new Map<string, Digest>()
  #fresh: HashedFile[] = []

  constructor(cache: FileDigests) {
    this.#cache = cache
  }

  get(path: string): Digest | undefined {
    return this.#known.get(path)
  }

  /** Asks the stat cache. The stamp must be of the file at `path`. */
  lookup(path: string, stamp: FileStamp): Digest | undefined {
    const digest = this.#known.get(path) ?? this.#cache.lookup(stamp)
    if (digest !== undefined) this.#known.set(path, digest)
    return digest
  }

  /** `hashedAtMs` as in HashedFile. */
  add(path: string, file: HashedFile): void {
    this.#known.set(path, file.digest)
    if (this.#fresh.push(file) >= KEPT) this.save()
  }

  /** Keeps what was read for later builds. */
  save(): void {
    if (this.#fresh.length > 0) this.#cache.put(this.#fresh)
    this.#fresh = []
  }
}

/** The version of a file that the build has seen at first; undefined for a tree that does not change. */
export function expectedStamp(tree: TreeView, path: string): FileStamp | undefined {
  return tree instanceof ContextTree ? tree.stamp(path) : undefined
}
