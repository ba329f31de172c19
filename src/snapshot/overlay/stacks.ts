import { openStackTree, type StackTree, stackOnto, type TreeView } from '../../layer/index.ts'
import type { SnapshotId } from '../snapshotter.ts'
import type { SnapshotPlaces } from './places.ts'
import type { SnapshotRows } from './rows.ts'

/** Trees kept with what they have read: neighbouring steps of a build mostly look at the same few. */
const KEPT = 4

/** Trees upon trees: a look-up asks each of them in turn. */
const HIGHEST = 64

/** The stacks of directories that committed snapshots stand for. */
export class SnapshotStacks {
  readonly #rows: SnapshotRows
  readonly #places: SnapshotPlaces
  readonly #trees = new Map<SnapshotId, StackTree>()

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
    const tree = known ?? this.#open(id)
    this.#trees.delete(id)
    this.#trees.set(id, tree)
    const [oldest] = this.#trees.keys()
    if (this.#trees.size > KEPT && oldest !== undefined) this.#trees.delete(oldest)
    return tree
  }

  /** A step's tree stands on the one before, so that a step costs the same however many there are below. */
  #open(id: SnapshotId): StackTree {
    const { parent_id: parent } = this.#rows.committed(id)
    const below = parent === null ? undefined : this.#trees.get(parent)
    if (below && below.height < HIGHEST) return stackOnto(below, this.#places.fs(id))
    return openStackTree(this.directories(id))
  }

  forget(id: SnapshotId): void {
    this.#trees.delete(id)
  }
}
