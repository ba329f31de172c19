import { TareError } from '../../base/error.ts'
import { isHarmlessDevice } from '../../host/index.ts'
import {
  clampTimes,
  diffLayer,
  digestLayer,
  type LayerEntry,
  type LayerSummary,
  type OverlayWriter,
  openOverlayWriter,
  type TreeView,
  type TreeWriter,
  upperCandidates,
} from '../../layer/index.ts'
import { childChainId } from '../../oci/index.ts'
import type { SnapshotErrorCode } from '../error.ts'
import type { ActiveSnapshot, RootSource, Snapshot, SnapshotId } from '../snapshotter.ts'
import { holdsDevices, markDevices } from './device-mark.ts'
import { removeDirectory } from './remove-directory.ts'
import { snapshotOf } from './rows.ts'
import { type OverlayState, removeRow } from './state.ts'

/** Makes an active snapshot: the row first, so that a directory without a row is nobody's. */
export function prepareActive(state: OverlayState, parent: SnapshotId | undefined): ActiveOverlay {
  const id = state.rows.db.transaction(() => {
    if (parent !== undefined) state.rows.committed(parent)
    return state.rows.insertActive(parent)
  })
  state.places.make(id)
  state.places.makeWork(id)
  return new ActiveOverlay(state, id, parent)
}

/** An overlay upper directory over the stack of its parent. */
export class ActiveOverlay implements ActiveSnapshot {
  readonly id: SnapshotId
  readonly parent: SnapshotId | undefined
  readonly #state: OverlayState
  readonly #lower: TreeView | undefined
  readonly #writer: OverlayWriter
  #handedOut = false
  #ended = false

  constructor(state: OverlayState, id: SnapshotId, parent: SnapshotId | undefined) {
    this.id = id
    this.parent = parent
    this.#state = state
    this.#lower = parent === undefined ? undefined : state.stacks.tree(parent)
    this.#writer = openOverlayWriter({ upper: state.places.fs(id), lower: this.#lower })
    if (this.#lower) copyRoot(this.#writer, this.#lower)
  }

  /** What a sandbox did in the meantime is seen. */
  get tree(): TreeWriter {
    this.#assertOpen()
    if (this.#handedOut) this.#writer.refresh()
    this.#handedOut = false
    return this.#writer
  }

  root(): RootSource {
    this.#assertOpen()
    this.#handedOut = true
    const { places, stacks } = this.#state
    const lower = stacks.directories(this.parent)
    // The kernel wants a lower directory: of the empty root, one that holds nothing.
    return {
      kind: 'overlay',
      lower: lower.length > 0 ? lower : [places.empty()],
      upper: places.fs(this.id),
      work: places.work(this.id),
      devices: lower.some(holdsDevices),
    }
  }

  async commit(options: Parameters<ActiveSnapshot['commit']>[0] = {}): Promise<Snapshot | undefined> {
    const entries = await this.#diff(options.epoch, options.signal)
    if (entries.some(isForeignDevice)) markDevices(this.#state.places.fs(this.id))
    if (entries.length === 0) {
      await this.abandon()
      return undefined
    }
    await removeDirectory(this.#state.places.work(this.id))
    const [summary] = await Promise.all([this.#summarise(entries, options.signal), this.#state.durability.sync()])
    options.signal?.throwIfAborted()
    return await this.#settle(summary, entries)
  }

  /** Files are read for it only where they were not written through the tree. */
  async #summarise(entries: readonly LayerEntry[], signal: AbortSignal | undefined): Promise<LayerSummary> {
    const recorded = await this.#writer.recording.summaryOf(entries, this.#writer, signal)
    return recorded ?? (await digestLayer(entries, this.#writer, { signal }))
  }

  async abandon(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    await removeRow(this.#state, this.id)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.abandon()
  }

  async #diff(epoch: number | undefined, signal: AbortSignal | undefined): Promise<LayerEntry[]> {
    const tree = this.tree
    const candidates = upperCandidates(this.#state.places.fs(this.id), this.#lower)
    const entries = await diffLayer({ lower: this.#lower, tree, candidates, signal })
    return epoch === undefined ? entries : clampTimes(entries, tree, epoch)
  }

  async #settle(summary: LayerSummary, entries: readonly LayerEntry[]): Promise<Snapshot> {
    const { rows } = this.#state
    const chainId = childChainId(
      this.parent === undefined ? undefined : rows.committed(this.parent).chain_id!,
      summary.diffId,
    )
    const committed = rows.db.transaction(() => {
      const same = rows.byChain(chainId)
      if (same) rows.hold(same.id)
      else {
        const diskBytes = estimateDisk(entries)
        rows.commit({ id: this.id, parentId: this.parent, chainId, diskBytes, origin: 'built', ...summary })
      }
      return same ?? rows.committed(this.id)
    })
    if (committed.id !== this.id) await this.abandon()
    this.#ended = true
    return snapshotOf(committed)
  }

  #assertOpen(): void {
    if (!this.#ended) return
    throw new TareError<SnapshotErrorCode>('SNAPSHOT_ENDED', `using snapshot ${this.id}: it was committed or abandoned`)
  }
}

/** The upper directory is the root of the merged tree, so that it starts as the root below it. */
function copyRoot(writer: TreeWriter, lower: TreeView): void {
  const root = lower.lstat('/')
  if (!root) return
  const { mode, uid, gid, mtime } = root
  writer.setMeta('/', { mode, uid, gid, mtime, xattrs: lower.xattrs('/') })
}

function isForeignDevice(item: LayerEntry): boolean {
  if (item.kind !== 'node' || (item.entry.type !== 'char' && item.entry.type !== 'block')) return false
  return !isHarmlessDevice(item.entry.type, item.entry.device ?? [0, 0])
}

const BLOCK = 4096

/** From the entries, so that nothing has to be looked at again: whole blocks of files, one for each directory. */
function estimateDisk(entries: readonly LayerEntry[]): number {
  let diskBytes = BLOCK
  for (const item of entries)
    if (item.kind === 'node') {
      if (item.entry.type === 'dir') diskBytes += BLOCK
      else diskBytes += Math.ceil(item.entry.size / BLOCK) * BLOCK
    }
  return diskBytes
}
