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
export function openStackTree(dirsTopFirst: readonly string[]): TreeView {
  return new StackTree(dirsTopFirst)
}

interface LayerDir {
  readonly host: string
  readonly opacity: Opacity
}

interface MergedDir {
  /** The layers' directories that make it up, the top first. */
  readonly layers: readonly LayerDir[]
  /** Name -> index of the layer that shows it; made at the first look into the directory. */
  names?: ReadonlyMap<string, number>
}

class StackTree implements TreeView {
  readonly #dirs = new Map<string, MergedDir | undefined>()

  constructor(dirsTopFirst: readonly string[]) {
    this.#dirs.set('/', { layers: dirsTopFirst.map(host => ({ host, opacity: readOpacity(host) })) })
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
    if (!parent) return undefined
    const name = baseOf(path)
    const index = namesOf(parent).get(name)
    return index === undefined ? undefined : `${parent.layers[index]?.host}/${name}`
  }

  #dir(path: string): MergedDir | undefined {
    if (this.#dirs.has(path)) return this.#dirs.get(path)
    const parent = this.#dir(parentOf(path))
    const dir = parent && mergeChild(parent, baseOf(path))
    this.#dirs.set(path, dir)
    return dir
  }
}

/** The directory `name` of a merged directory, from the layer that shows it down to the first that ends it. */
function mergeChild(parent: MergedDir, name: string): MergedDir | undefined {
  const top = namesOf(parent).get(name)
  if (top === undefined) return undefined
  const layers: LayerDir[] = []
  for (const layer of parent.layers.slice(top)) {
    const host = `${layer.host}/${name}`
    const entry = hostLstat(host)
    if (!entry) continue
    if (entry.type !== 'dir') break
    const opacity = readOpacity(host)
    layers.push({ host, opacity })
    if (opacity === 'opaque') break
  }
  return layers.length === 0 ? undefined : { layers }
}

function namesOf(dir: MergedDir): ReadonlyMap<string, number> {
  if (dir.names) return dir.names
  const names = new Map<string, number>()
  const hidden = new Set<string>()
  for (const [index, layer] of dir.layers.entries()) {
    for (const { name, type } of hostDirents(layer.host)) {
      if (names.has(name) || hidden.has(name)) continue
      if (isWhiteout(layer, name, type)) hidden.add(name)
      else names.set(name, index)
    }
  }
  dir.names = names
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
