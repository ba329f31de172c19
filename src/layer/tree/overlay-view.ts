import { readlinkSync } from 'node:fs'
import { decodeText, toFsPath } from '../../base/text.ts'
import type { TreeEntry, TreeView } from '../tree.ts'
import { hostDirents, hostLstat, isWhiteoutDevice, openHostFile, sortedNames } from './host-entry.ts'
import { readOpacity } from './overlay-marks.ts'
import { assertTreePath, baseOf, joinPath, notADirectory, notFound, parentOf } from './tree-path.ts'
import { readImageXattrs } from './xattrs.ts'

/** What a directory of the merged tree is made of. */
export interface OverlayDir {
  /** Its directory in the upper directory; undefined while it is only below. */
  upper: string | undefined
  /** The lower tree shows a directory at this path, and nothing hides it. */
  readonly lower: boolean
}

/**
 * An overlay upper directory over a lower tree. What is in the upper directory is looked up each time, because callers
 * make files in it; what is below does not change. Which directories there are is remembered.
 */
export class OverlayView implements TreeView {
  protected readonly upper: string
  protected readonly below: TreeView | undefined
  protected readonly dirs = new Map<string, OverlayDir>()

  constructor(upper: string, below: TreeView | undefined) {
    this.upper = upper.replace(/\/+$/, '')
    this.below = below
  }

  lstat(path: string): TreeEntry | undefined {
    assertTreePath(path)
    if (path === '/') return hostLstat(this.upper)
    const parent = this.dir(parentOf(path))
    return parent && this.#lstatIn(parent, path)
  }

  readdir(path: string): string[] {
    assertTreePath(path)
    const dir = this.dir(path)
    if (!dir) throw notADirectory('listing', path)
    const names = new Set(dir.lower ? this.below?.readdir(path) : [])
    for (const { name, type } of dir.upper === undefined ? [] : hostDirents(dir.upper)) {
      if (type === 'char' && isWhiteoutAt(`${dir.upper}/${name}`)) names.delete(name)
      else names.add(name)
    }
    return sortedNames([...names])
  }

  readlink(path: string): string {
    const host = this.#upperOf(path, 'reading link')
    if (host === undefined) return this.below?.readlink(path) ?? ''
    return decodeText(readlinkSync(toFsPath(host), { encoding: 'buffer' }))
  }

  xattrs(path: string): ReadonlyMap<string, Uint8Array> {
    const host = this.#upperOf(path, 'reading xattrs of')
    return host === undefined ? this.below!.xattrs(path) : readImageXattrs(host)
  }

  open(path: string): number {
    const host = this.#upperOf(path, 'opening')
    return host === undefined ? this.below!.open(path) : openHostFile(host)
  }

  /** The merged directory at `path`; undefined when there is none. */
  protected dir(path: string): OverlayDir | undefined {
    const known = this.dirs.get(path)
    if (known) return known
    const dir = path === '/' ? { upper: this.upper, lower: this.below !== undefined } : this.#findDir(path)
    if (dir) this.dirs.set(path, dir)
    return dir
  }

  #findDir(path: string): OverlayDir | undefined {
    const parent = this.dir(parentOf(path))
    if (!parent) return undefined
    const host = parent.upper === undefined ? undefined : `${parent.upper}/${baseOf(path)}`
    const entry = host === undefined ? undefined : hostLstat(host)
    if (entry && entry.type !== 'dir') return undefined
    const lower = parent.lower && this.below?.lstat(path)?.type === 'dir'
    if (!entry || host === undefined) return lower ? { upper: undefined, lower } : undefined
    return { upper: host, lower: lower && readOpacity(host) !== 'opaque' }
  }

  #lstatIn(parent: OverlayDir, path: string): TreeEntry | undefined {
    const entry = parent.upper === undefined ? undefined : hostLstat(`${parent.upper}/${baseOf(path)}`)
    if (entry) return isWhiteoutDevice(entry) ? undefined : entry
    return parent.lower ? this.below?.lstat(path) : undefined
  }

  /** The host path of an existing entry of the upper directory; undefined when the entry is below. */
  #upperOf(path: string, doing: string): string | undefined {
    assertTreePath(path)
    if (path === '/') return this.upper
    const parent = this.dir(parentOf(path))
    const host = parent?.upper === undefined ? undefined : `${parent.upper}/${baseOf(path)}`
    if (host !== undefined && parent?.lower === false) return host
    const entry = host === undefined ? undefined : hostLstat(host)
    if (entry && !isWhiteoutDevice(entry)) return host
    if (entry || !parent?.lower || !this.below?.lstat(path)) throw notFound(doing, path)
    return undefined
  }

  /** Forgets the directory `path` and all below it; of a directory that is not known none below is. */
  protected forget(path: string): void {
    if (!this.dirs.delete(path)) return
    const inside = joinPath(path, '')
    for (const known of this.dirs.keys()) if (known.startsWith(inside)) this.dirs.delete(known)
  }
}

function isWhiteoutAt(host: string): boolean {
  const entry = hostLstat(host)
  return entry !== undefined && isWhiteoutDevice(entry)
}
