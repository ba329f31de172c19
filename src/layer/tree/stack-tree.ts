import { readlinkSync } from 'node:fs'
import { decodeText, toFsPath } from '../../base/text.ts'
import type { TreeEntry, TreeView } from '../tree.ts'
import { type HostDirent, hostDirents, hostLstat, isWhiteoutDevice, openHostFile, sortedNames } from './host-entry.ts'
import { isXattrWhiteout, type Opacity, readOpacity } from './overlay-marks.ts'
import { assertTreePath, baseOf, notADirectory, notFound, parentOf } from './tree-path.ts'
import { readImageXattrs } from './xattrs.ts'

/**
 * Overlay layer directories, the top first, as the tree that the kernel's overlay would show: whiteouts as character
 * device 0:0 and by xattr, opaque directories in both spellings (not of the root, where the kernel knows none). The
 * directories must not change meanwhile: each is listed once, layer by layer, and looked up in memory from then on.
 */
export function openStackTree(dirsTopFirst: readonly string[]): StackTree {
  return new StackTree(dirsTopFirst, undefined)
}

/** The tree of one more layer directory on top; what `below` has read is not read again. */
export function stackOnto(below: StackTree, top: string): StackTree {
  return new StackTree([top], below)
}

interface LayerDir {
  readonly host: string
  readonly opacity: Opacity
}

interface MergedDir {
  /** The layers' directories that make it up, the top first. */
  readonly layers: readonly LayerDir[]
  /** What shows through them, of the tree below. */
  readonly below: MergedDir | undefined
  /** Name -> host path of the entry that is shown; made at the first look into the directory. */
  names?: ReadonlyMap<string, string>
}

export class StackTree implements TreeView {
  /** Trees that this one stands on. */
  readonly height: number
  readonly #below: StackTree | undefined
  readonly #dirs = new Map<string, MergedDir | undefined>()

  constructor(dirsTopFirst: readonly string[], below: StackTree | undefined) {
    this.height = below ? below.height + 1 : 0
    this.#below = below
    const layers = dirsTopFirst.map(host => ({ host, opacity: readOpacity(host) }))
    this.#dirs.set('/', { layers, below: below ? below.#dir('/') : undefined })
  }

  lstat(path: string): TreeEntry | undefined {
    const host = this.#find(path)
    return host === undefined ? undefined : hostLstat(host)
  }

  readdir(path: string): string[] {
    assertTreePath(path)
    const dir = this.#dir(path)
    if (!dir) throw notADirectory('listing', path)
    return sortedNames([...namesOf(dir).keys()])
  }

  readlink(path: string): string {
    return decodeText(readlinkSync(toFsPath(this.#host(path, 'reading link')), { encoding: 'buffer' }))
  }

  xattrs(path: string): ReadonlyMap<string, Uint8Array> {
    return readImageXattrs(this.#host(path, 'reading xattrs of'))
  }

  open(path: string): number {
    return openHostFile(this.#host(path, 'opening'))
  }

  #host(path: string, doing: string): string {
    const host = this.#find(path)
    if (host === undefined) throw notFound(doing, path)
    return host
  }

  #find(path: string): string | undefined {
    assertTreePath(path)
    if (path === '/') return this.#dir('/')?.layers[0]?.host
    const parent = this.#dir(parentOf(path))
    return parent && namesOf(parent).get(baseOf(path))
  }

  #dir(path: string): MergedDir | undefined {
    if (this.#dirs.has(path)) return this.#dirs.get(path)
    const parent = this.#dir(parentOf(path))
    const dir = parent && this.#child(parent, path)
    this.#dirs.set(path, dir)
    return dir
  }

  /** The merged directory at `path` in `parent`, from the layer that shows it down to the first that ends it. */
  #child(parent: MergedDir, path: string): MergedDir | undefined {
    const lower = this.#below
    // Nothing of this layer is in there.
    if (lower && parent === lower.#dir(parentOf(path))) return lower.#dir(path)
    const name = baseOf(path)
    if (!namesOf(parent).has(name)) return undefined
    const { layers, ended } = layersOf(parent, name)
    const below = lower && parent.below && !ended ? lower.#dir(path) : undefined
    return layers.length === 0 ? below : { layers, below }
  }
}

/** `ended` when nothing further down shows through. */
function layersOf(parent: MergedDir, name: string): { readonly layers: readonly LayerDir[]; readonly ended: boolean } {
  const layers: LayerDir[] = []
  for (const layer of parent.layers) {
    const host = `${layer.host}/${name}`
    const entry = hostLstat(host)
    if (!entry) continue
    if (entry.type !== 'dir') return { layers, ended: true }
    const opacity = readOpacity(host)
    layers.push({ host, opacity })
    if (opacity === 'opaque') return { layers, ended: true }
  }
  return { layers, ended: false }
}

function namesOf(dir: MergedDir): ReadonlyMap<string, string> {
  dir.names ??= readNames(dir)
  return dir.names
}

function readNames({ layers, below }: MergedDir): Map<string, string> {
  const names = new Map<string, string>()
  const hidden = new Set<string>()
  for (const layer of layers) {
    for (const { name, type } of hostDirents(layer.host)) {
      if (names.has(name) || hidden.has(name)) continue
      if (isWhiteout(layer, name, type)) hidden.add(name)
      else names.set(name, `${layer.host}/${name}`)
    }
  }
  for (const [name, host] of below ? namesOf(below) : [])
    if (!names.has(name) && !hidden.has(name)) names.set(name, host)
  return names
}

function isWhiteout(layer: LayerDir, name: string, type: HostDirent['type']): boolean {
  if (type === 'other') return false
  const host = `${layer.host}/${name}`
  if (type === 'file')
    return layer.opacity === 'xattr-whiteouts' && hostLstat(host)?.size === 0 && isXattrWhiteout(host)
  const entry = hostLstat(host)
  return entry !== undefined && isWhiteoutDevice(entry)
}
