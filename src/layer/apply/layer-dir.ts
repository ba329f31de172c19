import { linkSync, lstatSync, mkdirSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs'
import { errnoOf, TareError } from '../../base/error.ts'
import { printable } from '../../base/source.ts'
import { decodeText, toFsPath } from '../../base/text.ts'
import { makeNode } from '../../host/index.ts'
import type { LayerErrorCode } from '../layer-error.ts'
import type { TarHeader } from '../tar/entry.ts'
import { createHostFile } from '../tree/copy-up.ts'
import { hostLstat, isWhiteoutDevice } from '../tree/host-entry.ts'
import { applyMeta } from '../tree/node-meta.ts'
import { markOpaque } from '../tree/overlay-marks.ts'
import { removeHostTree } from '../tree/remove-tree.ts'
import { ancestorsOf, baseOf, joinPath, parentOf } from '../tree/tree-path.ts'
import type { NodeMeta, TreeEntry } from '../tree.ts'
import { invalidLink, invalidName } from './entry-name.ts'
import type { LayerFixups } from './settle.ts'

const MOST_LINKS = 40
/** Of a directory that no layer describes. */
const PLAIN_DIR: NodeMeta = { mode: 0o755, uid: 0, gid: 0, mtime: 0 }

interface UnpackedDir {
  /** Undefined until the layer describes the directory. */
  meta: NodeMeta | undefined
  opaque: boolean
}

/**
 * A directory in overlay format that one layer is unpacked into. Paths are absolute in the layer. Symlinks among an
 * entry's parents are those of the layer itself and are resolved inside of it. Metadata of directories is set last.
 */
export class LayerDir {
  readonly #root: string
  readonly #userXattr: boolean
  readonly #dirs = new Map<string, UnpackedDir>()
  readonly #links = new Map<string, string>()
  readonly #resolved = new Map<string, string>()
  /** Who owns what this process makes, as long as no directory says otherwise. */
  readonly #owner: readonly [uid: number, gid: number] | undefined

  constructor(root: string, userXattr: boolean) {
    this.#root = root
    this.#userXattr = userXattr
    const setgid = (lstatSync(toFsPath(root)).mode & 0o2000) !== 0
    this.#owner = setgid ? undefined : [process.geteuid?.() ?? -1, process.getegid?.() ?? -1]
    this.#dirs.set('/', { meta: undefined, opaque: false })
  }

  host(path: string): string {
    return path === '/' ? this.#root : this.#root + path
  }

  isOwner(meta: NodeMeta): boolean {
    return this.#owner?.[0] === meta.uid && this.#owner[1] === meta.gid
  }

  /** The real path of the directory of an entry, made where it is missing. Throws `LAYER_INVALID_NAME`. */
  parent(components: readonly string[]): string {
    const key = components.join('/')
    const known = this.#resolved.get(key)
    if (known !== undefined) return known
    const path = this.#walk(components, path => this.#addDir(path, undefined))
    if (path === undefined) throw invalidName(key, 'a file is in the way')
    this.#resolved.set(key, path)
    return path
  }

  /** A new empty file in place of anything there. */
  file(path: string): number {
    this.#links.delete(path)
    try {
      return createHostFile(this.host(path))
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error
    }
    this.#clear(path)
    return createHostFile(this.host(path))
  }

  dir(path: string, meta: NodeMeta): void {
    const known = this.#dirs.get(path)
    if (known) known.meta = meta
    else this.#addDir(path, meta)
  }

  symlink(path: string, target: string, meta: NodeMeta): void {
    this.#clear(path)
    this.#resolved.clear()
    symlinkSync(toFsPath(target), toFsPath(this.host(path)))
    applyMeta(this.host(path), meta, true)
  }

  node(path: string, header: TarHeader, meta: NodeMeta): void {
    const type = header.type as 'fifo' | 'char' | 'block'
    if (type === 'char' && header.device[0] === 0 && header.device[1] === 0) {
      throw new TareError<LayerErrorCode>(
        'LAYER_FALSE_WHITEOUT',
        `unpacking ${printable(path)}: a device 0:0 would be taken for a whiteout`,
      )
    }
    this.#clear(path)
    makeNode(this.host(path), type, meta.mode, header.device)
    applyMeta(this.host(path), meta)
  }

  /** A hard link; to a file of a lower layer when this one does not have it. Throws `LAYER_INVALID_LINK`. */
  link(path: string, components: readonly string[]): void {
    const name = components.at(-1)
    const parent = name === undefined ? undefined : this.#walk(components.slice(0, -1), () => true)
    if (name === undefined || parent === undefined) throw invalidLink(path, components.join('/'), 'it is no file')
    const target = joinPath(parent, name)
    if (target === path) throw invalidLink(path, target, 'it is the same name')
    const entry = hostLstat(this.host(target))
    if (entry?.type === 'dir') throw invalidLink(path, target, 'it is a directory')
    if (entry && isWhiteoutDevice(entry)) throw invalidLink(path, target, 'the same layer removes it')
    this.#clear(path)
    if (entry) linkSync(toFsPath(this.host(target)), toFsPath(this.host(path)))
    else this.#links.set(path, this.#links.get(target) ?? target)
  }

  /** Hides `path` in the lower layers. What the layer itself has there stays, whichever came first. */
  whiteout(path: string): void {
    const entry = hostLstat(this.host(path))
    if (entry?.type === 'dir') this.opaque(path)
    else if (!entry && !this.#links.has(path)) makeNode(this.host(path), 'char', 0, [0, 0])
  }

  opaque(path: string): void {
    const dir = this.#dirs.get(path)
    if (!dir || dir.opaque) return
    dir.opaque = true
    if (path !== '/') markOpaque(this.host(path), this.#userXattr)
  }

  /** Sets the metadata of directories, the innermost first; tells what has to be settled with the lower layers. */
  finish(): LayerFixups {
    const dirs = [...this.#dirs].sort(([a], [b]) => b.length - a.length)
    for (const [path, dir] of dirs) applyMeta(this.host(path), dir.meta ?? PLAIN_DIR)
    const parents = dirs.filter(([path, dir]) => !dir.meta && !this.#isHidden(path)).map(([path]) => path)
    return {
      parents: parents.reverse(),
      links: [...this.#links].map(([path, target]) => ({ path, target })),
      rootOpaque: this.#dirs.get('/')?.opaque ?? false,
    }
  }

  #isHidden(path: string): boolean {
    return [path, ...ancestorsOf(path)].some(dir => this.#dirs.get(dir)?.opaque)
  }

  /** Follows the components, and symlinks on the way, inside the layer. `missing` is asked where there is no directory; undefined when a file is in the way. */
  #walk(components: readonly string[], missing: (path: string) => boolean): string | undefined {
    const todo = [...components].reverse()
    let at = '/'
    let links = 0
    for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
      if (name === '' || name === '.') continue
      const next = name === '..' ? parentOf(at) : joinPath(at, name)
      const entry = this.#dirs.has(next) ? undefined : hostLstat(this.host(next))
      if (entry?.type === 'symlink') {
        if (++links > MOST_LINKS) throw invalidName(components.join('/'), 'too many symbolic links')
        const target = decodeText(readlinkSync(toFsPath(this.host(next)), { encoding: 'buffer' }))
        if (target.startsWith('/')) at = '/'
        todo.push(...target.split('/').reverse())
        continue
      }
      if (entry && !isWhiteoutDevice(entry)) return undefined
      if (!this.#dirs.has(next) && !missing(next)) return undefined
      at = next
    }
    return at
  }

  /** Makes a directory that is not there yet. One in the place of a removed or other entry shows nothing of the layers below. */
  #addDir(path: string, meta: NodeMeta | undefined): boolean {
    const before = this.#clear(path)
    mkdirSync(toFsPath(this.host(path)), 0o700)
    this.#dirs.set(path, { meta, opaque: false })
    if (before) this.opaque(path)
    return true
  }

  /** Takes away what the layer has at `path` so far. */
  #clear(path: string): TreeEntry | undefined {
    this.#links.delete(path)
    const entry = hostLstat(this.host(path))
    if (entry?.type === 'dir') this.#forget(path)
    if (entry?.type === 'symlink') this.#resolved.clear()
    if (entry?.type === 'dir') removeHostTree(this.host(path))
    else if (entry) unlinkSync(toFsPath(this.host(path)))
    return entry
  }

  #forget(path: string): void {
    if (baseOf(path) === '') throw invalidName(path, 'the root is a directory')
    this.#resolved.clear()
    const inside = `${path}/`
    for (const paths of [this.#dirs, this.#links]) {
      for (const known of paths.keys()) if (known === path || known.startsWith(inside)) paths.delete(known)
    }
  }
}
