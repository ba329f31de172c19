import { compareText } from '../../base/text.ts'
import type { TreeEntry } from '../tree.ts'

/** A place that was compared. */
export interface Found {
  readonly path: string
  /** Undefined: gone, a whiteout. */
  readonly entry: TreeEntry | undefined
  /** What the lower tree has there. */
  readonly lower: TreeEntry | undefined
  /** Differs, the set of its names left aside. */
  changed: boolean
}

/** The canonical order: a directory before what is in it, in it first the whiteouts, both in byte order of the names. */
export function compareFound(a: Found, b: Found): number {
  const ours = a.path.split('/')
  const theirs = b.path.split('/')
  const shared = Math.min(ours.length, theirs.length)
  for (let i = 0; i < shared; i++) {
    if (ours[i] === theirs[i]) continue
    const weGo = a.entry === undefined && i === ours.length - 1
    const theyGo = b.entry === undefined && i === theirs.length - 1
    if (weGo !== theyGo) return weGo ? -1 : 1
    return compareText(ours[i] ?? '', theirs[i] ?? '')
  }
  return ours.length - theirs.length
}
