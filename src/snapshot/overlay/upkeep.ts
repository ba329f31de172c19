import { statSync } from 'node:fs'
import { isTareError, messageOf } from '../../base/error.ts'
import type { RemovedSnapshots, SnapshotFinding, SnapshotUsage } from '../upkeep.ts'
import { layerAgain } from './layer-again.ts'
import { removeDirectory } from './remove-directory.ts'
import type { SnapshotRow } from './rows.ts'
import { type OverlayState, removeRow } from './state.ts'
import { isUnused, unusedSnapshots } from './unused.ts'

/** `SnapshotUpkeep.reap`. The directories are listed before the rows: a row is always there before its directory. */
export async function reapSnapshots(state: OverlayState): Promise<RemovedSnapshots> {
  const places = state.places.list()
  let snapshots = 0
  let diskBytes = 0
  for (const { id } of state.rows.orphans()) {
    // The first to claim it removes it.
    const claimed = state.rows.db.transaction(() => {
      if (!state.rows.orphans().some(orphan => orphan.id === id)) return false
      state.rows.markRemoving(id)
      return true
    })
    if (!claimed) continue
    diskBytes += await removeRow(state, id)
    snapshots++
  }
  for (const { name, id } of places) {
    if (id !== undefined && state.rows.find(id)) continue
    diskBytes += await removeDirectory(`${state.places.directory}/${name}`)
  }
  return { snapshots, diskBytes }
}

export async function removeUnusedSnapshots(state: OverlayState, signal?: AbortSignal): Promise<RemovedSnapshots> {
  let snapshots = 0
  let diskBytes = 0
  for (const { id } of unusedSnapshots(state.rows)) {
    signal?.throwIfAborted()
    if (!claimForRemoval(state, id)) continue
    diskBytes += await removeRow(state, id)
    snapshots++
  }
  return { snapshots, diskBytes }
}

/** On the disk before the first file goes: after a power cut nobody may find the row whole and the files not. */
function claimForRemoval(state: OverlayState, id: number): boolean {
  const claim = (): boolean => {
    if (!isUnused(state.rows, id)) return false
    state.rows.markRemoving(id)
    return true
  }
  return state.rows.db.transaction(claim, { durable: true })
}

export function snapshotUsage(state: OverlayState): SnapshotUsage {
  const all = state.rows.all()
  const unused = unusedSnapshots(state.rows)
  return {
    snapshots: all.length,
    diskBytes: sumDisk(all),
    unusedSnapshots: unused.length,
    unusedDiskBytes: sumDisk(unused),
  }
}

function sumDisk(rows: readonly SnapshotRow[]): number {
  return rows.reduce((sum, row) => sum + (row.disk_bytes ?? 0), 0)
}

export interface CheckOptions {
  readonly deep?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

export async function checkSnapshots(state: OverlayState, options: CheckOptions = {}): Promise<SnapshotFinding[]> {
  const places = state.places.list()
  const rows = state.rows.all()
  const orphans = new Set(state.rows.orphans().map(({ id }) => id))
  const findings: SnapshotFinding[] = []
  for (const row of rows) {
    options.signal?.throwIfAborted()
    const finding = orphans.has(row.id) ? deadLease(row) : checkRow(state, row)
    if (finding) findings.push(finding)
    else if (options.deep && row.state === 'committed' && row.origin === 'built')
      findings.push(...(await checkContent(state, row, options.signal)))
  }
  for (const { name, id } of places) {
    if (id !== undefined && state.rows.find(id)) continue
    findings.push({ kind: 'stray-directory', message: `snapshots/${name} belongs to no snapshot` })
  }
  return findings
}

function checkRow(state: OverlayState, row: SnapshotRow): SnapshotFinding | undefined {
  if (row.state !== 'committed') return undefined
  const about = { id: row.id, chainId: row.chain_id ?? undefined }
  if (!statSync(state.places.fs(row.id), { throwIfNoEntry: false })?.isDirectory())
    return { kind: 'missing-directory', message: `snapshot ${row.id}: its directory is missing`, ...about }
  if (row.parent_id !== null && state.rows.find(row.parent_id)?.state !== 'committed')
    return { kind: 'broken-parent', message: `snapshot ${row.id}: its parent ${row.parent_id} is gone`, ...about }
  return undefined
}

function deadLease(row: SnapshotRow): SnapshotFinding {
  return { kind: 'dead-lease', message: `snapshot ${row.id}: left ${row.state} by a process that is gone`, id: row.id }
}

async function checkContent(state: OverlayState, row: SnapshotRow, signal?: AbortSignal): Promise<SnapshotFinding[]> {
  try {
    for await (const _ of layerAgain(state, row.id, signal));
    return []
  } catch (error) {
    signal?.throwIfAborted()
    // A file that cannot be read at all is as much a change as one that reads otherwise.
    const message = isTareError(error) ? error.message : `reading snapshot ${row.id}: ${messageOf(error)}`
    return [{ kind: 'changed', message, id: row.id, chainId: row.chain_id ?? undefined }]
  }
}
