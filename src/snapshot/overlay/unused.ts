import type { SnapshotId } from '../snapshotter.ts'
import type { SnapshotRow, SnapshotRows } from './rows.ts'

/** Whoever names a snapshot by something other than being its child. */
const HELD = `
  SELECT s.id FROM snapshot s WHERE
    s.id IN (SELECT snapshot_id FROM cache_record WHERE snapshot_id IS NOT NULL)
    OR s.chain_id IN (SELECT chain_id FROM image_layer)
    OR CAST(s.id AS TEXT) IN (SELECT key FROM lease_hold WHERE kind = 'snapshot')`

/** Committed snapshots that nothing holds, in an order in which they can be removed: children before parents. */
export function unusedSnapshots(rows: SnapshotRows): SnapshotRow[] {
  const all = rows.all()
  const held = new Set(rows.db.all<{ id: SnapshotId }>(HELD).map(({ id }) => id))
  const needed = new Set<SnapshotId>()
  // A parent's ID is smaller than its child's unless both were unpacked together: follow the links instead.
  const parents = new Map(all.map(row => [row.id, row.parent_id]))
  for (const row of all) {
    if (row.state === 'committed' && !held.has(row.id)) continue
    for (let at: SnapshotId | null | undefined = row.id; at != null && !needed.has(at); at = parents.get(at))
      needed.add(at)
  }
  return childrenFirst(all.filter(row => !needed.has(row.id)))
}

/** Asked again within the transaction that removes it. */
export function isUnused(rows: SnapshotRows, id: SnapshotId): boolean {
  if (rows.find(id)?.state !== 'committed' || rows.hasChildren(id)) return false
  return rows.db.get(`SELECT 1 FROM (${HELD}) WHERE id = ?`, id) === undefined
}

function childrenFirst(unused: readonly SnapshotRow[]): SnapshotRow[] {
  const children = Map.groupBy(unused, row => row.parent_id)
  const ids = new Set(unused.map(({ id }) => id))
  const ordered = unused.filter(row => row.parent_id === null || !ids.has(row.parent_id))
  for (let at = 0; at < ordered.length; at++) ordered.push(...(children.get(ordered[at]!.id) ?? []))
  return ordered.reverse()
}
