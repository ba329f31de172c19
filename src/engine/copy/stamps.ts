import { createHash } from 'node:crypto'
import { encodeText } from '../../base/text.ts'
import { type Digest, finishDigest } from '../../oci/index.ts'
import type { ContextTree } from '../context-tree.ts'
import type { SelectedSource } from './select.ts'

/** A selection's names and stamps as one digest: equal ones mean that no file was touched in between. */
export interface SelectionStamps {
  readonly digest: Digest
  readonly newestNs: bigint
}

/** Entries hashed at a time. */
const PIECE = 512

/** @param asked what else the selection's content depends on, as text. */
export function stampSelection(
  tree: ContextTree,
  sources: readonly SelectedSource[],
  asked: string,
): SelectionStamps | undefined {
  const hash = createHash('sha256').update(asked)
  const stamps = new BigUint64Array(5 * PIECE)
  let newestNs = 0n
  for (const { isDirectory, name, entries } of sources) {
    hash.update(JSON.stringify([isDirectory, name, entries.length]))
    for (let from = 0; from < entries.length; from += PIECE) {
      let paths = ''
      let at = 0
      for (const entry of entries.slice(from, from + PIECE)) {
        const stamp = tree.stamp(entry.from)
        if (!stamp) return undefined
        paths += entry.onTheWay ? `${entry.path}/\0` : `${entry.path}\0`
        stamps[at++] = stamp.dev
        stamps[at++] = stamp.ino
        stamps[at++] = stamp.size
        stamps[at++] = stamp.mtimeNs
        stamps[at++] = stamp.ctimeNs
        if (stamp.ctimeNs > newestNs) newestNs = stamp.ctimeNs
      }
      hash.update(encodeText(paths)).update(stamps.subarray(0, at))
    }
  }
  return { digest: finishDigest(hash), newestNs }
}
