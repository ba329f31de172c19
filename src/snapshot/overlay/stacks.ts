import { openStackTree, type TreeView } from '../../layer/index.ts'
import type { SnapshotId } from '../snapshotter.ts'
import type { SnapshotPlaces } from './places.ts'
import type { SnapshotRows } from './rows.ts'

/** Trees kept with what they have read: neighbouring steps of a build mostly look at the same few. */
const KEPT = 4

/** The stacks of directories that committed snapshots stand for. */
export class SnapshotStacks {
  readonly #rows: SnapshotRows
  readonly #places: SnapshotPlaces
  readonly #trees = new Map<SnapshotId, TreeView>()

  constructor(rows: SnapshotRows, places: SnapshotPlaces) {
    this.#rows = rows
    this.#places = places
  }

  /** Layer directories, the top first; none for the empty root. Throws `SNAPSHOT_NOT_FOUND`. */
  directories(id: SnapshotId | undefined): string[] {
    return id === undefined ? [] : this.#rows.stack(id).map(one => this.#places.fs(one))
  }

  tree(id: SnapshotId): TreeView {
    const known = this.#trees.get(id)
    const tree = known ?? openStackTree(this.directories(id))
    this.#trees.delete(id)
    this.#trees.set(id, tree)
    const [oldest] = this.#trees.keys()
    if (this.#trees.size > KEPT && oldest !== undefined) this.#trees.delete(oldest)
    return tree
  }

  forget(id: SnapshotId): void {
    this.#trees.delete(id)
  }
}
