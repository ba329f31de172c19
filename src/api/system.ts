import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../base/error.ts'
import type { DiskUsageRow } from '../record/index.ts'
import { probeSandboxes, type SandboxProbe } from '../runtime/index.ts'
import { probeOverlay } from '../snapshot/index.ts'
import type { Finding } from '../store/index.ts'
import { TARE_VERSION } from './version.ts'
import { hasStore, Workspace, type WorkspaceOptions } from './workspace.ts'

/** `system df`: what images amount to (shared layers counted with each), and what is really on disk: snapshots and blobs. */
export async function diskUsage(options: WorkspaceOptions = {}): Promise<DiskUsageRow[]> {
  if (!hasStore(options)) return NOTHING
  await using workspace = await Workspace.open(options)
  const { store, snapshotter, cache } = workspace
  const images = store.images.list()
  const snapshots = snapshotter.usage()
  const blobs = store.usage()
  const cacheMounts = await store.cacheMounts.usage()
  const named = images.filter(image => image.names.length > 0)
  return [
    {
      type: 'Images',
      total: images.length,
      active: named.length,
      diskBytes: sum(images, image => image.uncompressedBytes ?? 0),
      reclaimableBytes: sum(images, image => (image.names.length === 0 ? (image.uncompressedBytes ?? 0) : 0)),
    },
    {
      type: 'Snapshots',
      total: snapshots.snapshots,
      active: snapshots.snapshots - snapshots.unusedSnapshots,
      diskBytes: snapshots.diskBytes,
      reclaimableBytes: snapshots.unusedDiskBytes,
    },
    {
      type: 'Blobs',
      total: blobs.blobs,
      active: blobs.blobs - blobs.reclaimableBlobs,
      diskBytes: blobs.compressedBytes,
      reclaimableBytes: blobs.reclaimableBytes,
    },
    { type: 'Build Cache', total: cache.list().length, active: 0, diskBytes: 0, reclaimableBytes: 0 },
    {
      type: 'Cache Mounts',
      total: cacheMounts.mounts,
      active: cacheMounts.inUse,
      diskBytes: cacheMounts.diskBytes,
      reclaimableBytes: cacheMounts.reclaimableBytes,
    },
  ]
}

const NOTHING: DiskUsageRow[] = (['Images', 'Snapshots', 'Blobs', 'Build Cache', 'Cache Mounts'] as const).map(type => {
  return { type, total: 0, active: 0, diskBytes: 0, reclaimableBytes: 0 }
})

function sum<T>(items: readonly T[], bytes: (item: T) => number): number {
  return items.reduce((total, item) => total + bytes(item), 0)
}

export interface PruneOptions extends WorkspaceOptions {
  /** Takes named images too. */
  readonly all?: boolean | undefined
  /** Leaves the build cache alone, and the directories of cache mounts (`image prune`). */
  readonly keepCache?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Pruned {
  readonly images: readonly string[]
  readonly cacheRecords: number
  readonly cacheMounts: number
  readonly snapshots: number
  readonly blobs: number
  readonly reclaimedBytes: number
}

/** `system prune`: dangling images (with `all` every image), the build cache, cache mounts that no build uses, and all that nobody needs then. */
export async function prune(options: PruneOptions = {}): Promise<Pruned> {
  if (!hasStore(options))
    return { images: [], cacheRecords: 0, cacheMounts: 0, snapshots: 0, blobs: 0, reclaimedBytes: 0 }
  await using workspace = await Workspace.open(options)
  const { store, snapshotter, cache } = workspace
  store.prepareRemoval()
  await workspace.reap()
  const removals = store.removeDanglingImages({ all: options.all })
  const cacheRecords = options.keepCache ? 0 : cache.prune()
  const cacheMounts = options.keepCache ? { mounts: 0, diskBytes: 0 } : await store.cacheMounts.removeUnused()
  const snapshots = await snapshotter.removeUnused(options.signal)
  const blobs = await store.removeUnusedBlobs()
  return {
    images: removals.map(removal => (removal.kind === 'untagged' ? removal.name : removal.digest)),
    cacheRecords,
    cacheMounts: cacheMounts.mounts,
    snapshots: snapshots.snapshots,
    blobs: blobs.digests.length,
    reclaimedBytes: snapshots.diskBytes + blobs.compressedBytes + cacheMounts.diskBytes,
  }
}

export interface CheckStoreOptions extends WorkspaceOptions {
  readonly deep?: boolean | undefined
  readonly repair?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/** `check-store`: everything wrong with the store; nothing is changed without `repair`. */
export async function checkStore(options: CheckStoreOptions = {}): Promise<Finding[]> {
  if (!hasStore(options)) return []
  await using workspace = await Workspace.open(options)
  if (options.repair) await workspace.reap()
  const findings = await workspace.store.check(options)
  const snapshots = await workspace.snapshotter.check({ deep: options.deep, signal: options.signal })
  return [
    ...findings,
    ...snapshots.map(finding => ({
      code: `SNAPSHOT_${finding.kind.replaceAll('-', '_').toUpperCase()}`,
      message: finding.message,
      subject: String(finding.chainId ?? finding.id ?? ''),
      repaired: false,
    })),
  ]
}

export interface SystemInfo {
  readonly version: string
  readonly node: string
  readonly root: string
  readonly sandbox: string | undefined
  readonly sandboxes: readonly SandboxProbe[]
  readonly snapshotter: string
  readonly snapshotterReason: string
  readonly ids: string
  readonly images: number
}

/** `tare info`: what is in force here and why. */
export async function systemInfo(options: WorkspaceOptions = {}): Promise<SystemInfo> {
  await using workspace = await Workspace.open(options)
  const sandboxes = await probeSandboxes(workspace.sandboxOptions)
  const overlay = await tryOverlay(join(workspace.store.root, 'snapshots'))
  return {
    version: TARE_VERSION,
    node: process.version,
    root: workspace.store.root,
    sandbox: sandboxes.find(probe => probe.usable)?.name,
    sandboxes,
    snapshotter: overlay.usable ? 'overlay' : 'none',
    snapshotterReason: overlay.reason,
    ids: process.getuid?.() === 0 ? 'root' : 'single',
    images: existsSync(workspace.store.root) ? workspace.store.images.list().length : 0,
  }
}

async function tryOverlay(directory: string): Promise<{ readonly usable: boolean; readonly reason: string }> {
  try {
    await probeOverlay(directory)
    return { usable: true, reason: 'a test mount in the store worked' }
  } catch (error) {
    return { usable: false, reason: messageOf(error) }
  }
}
