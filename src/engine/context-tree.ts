import { type BigIntStats, constants, lstatSync, openSync, readdirSync, readlinkSync } from 'node:fs'
import { errnoOf } from '../base/error.ts'
import { compareText, decodeText, toFsPath } from '../base/text.ts'
import type { IgnoreMatcher, IgnoreState } from '../dockerfile/index.ts'
import { splitDevice } from '../host/index.ts'
import { type EntryType, readImageXattrs, type TreeEntry, type TreeView } from '../layer/index.ts'
import type { FileStamp } from '../store/index.ts'

export interface ContextTreeOptions {
  /** An archive's owners are kept, as in BuildKit; those of files on the user's disk are 0:0. */
  readonly owners?: 'root' | 'kept' | undefined
}

/**
 * A build context: a host directory seen through .dockerignore. Each path is looked at once and remembered for the build,
 * so the key and the copy speak of the same version.
 */
export class ContextTree implements TreeView {
  readonly directory: string
  readonly keepsOwners: boolean
  /** Told of each file that is opened. */
  onOpen: ((bytes: number) => void) | undefined = undefined
  readonly ignore: IgnoreMatcher
  readonly #nodes = new Map<string, ContextNode | undefined>()
  readonly #names = new Map<string, string[]>()

  constructor(directory: string, ignore: IgnoreMatcher, { owners = 'root' }: ContextTreeOptions = {}) {
    this.directory = directory
    this.keepsOwners = owners === 'kept'
    this.ignore = ignore
  }

  lstat(path: string): TreeEntry | undefined {
    return this.#visible(path)
  }

  readdir(path: string): string[] {
    const known = this.#names.get(path)
    if (known) return known
    const names = this.#hostNames(path).filter(name => this.#visible(joinPath(path, name)) !== undefined)
    this.#names.set(path, names)
    return names
  }

  readlink(path: string): string {
    return decodeText(readlinkSync(toFsPath(this.hostPath(path)), { encoding: 'buffer' }))
  }

  xattrs(path: string): ReadonlyMap<string, Uint8Array> {
    const node = this.#visible(path)
    if (!node) return readImageXattrs(this.hostPath(path))
    node.xattrs ??= readImageXattrs(this.hostPath(path))
    return node.xattrs
  }

  open(path: string): number {
    this.onOpen?.(Number(this.#nodes.get(path)?.stamp.size ?? 0))
    return openSync(toFsPath(this.hostPath(path)), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  }

  /** Undefined for what is not in the context. */
  stamp(path: string): FileStamp | undefined {
    return this.#visible(path)?.stamp
  }

  hostPath(path: string): string {
    return path === '/' ? this.directory : this.directory + path
  }

  /** The rule of .dockerignore that keeps `path` out, undefined when it is in or not there at all. */
  ignoredBy(path: string): { readonly text: string; readonly line: number } | undefined {
    const verdict = this.ignore.explain(path.slice(1))
    return verdict.ignored && this.#statHost(path) ? verdict.rule : undefined
  }

  #visible(path: string): ContextNode | undefined {
    const node = this.#node(path)
    if (!node?.ignored) return node
    if (node.type !== 'dir' || !this.ignore.mayHoldExceptions(path.slice(1))) return undefined
    return this.readdir(path).length > 0 ? node : undefined
  }

  #node(path: string): ContextNode | undefined {
    const known = this.#nodes.get(path)
    if (known || this.#nodes.has(path)) return known
    const node = this.#look(path)
    this.#nodes.set(path, node)
    return node
  }

  #look(path: string): ContextNode | undefined {
    if (path === '/') return this.#nodeOf(path, this.ignore.root)
    const parent = this.#node(path.slice(0, path.lastIndexOf('/')) || '/')
    if (!parent?.inside) return undefined
    return this.#nodeOf(path, this.ignore.matchChild(path.slice(1), parent.inside))
  }

  #nodeOf(path: string, state: IgnoreState): ContextNode | undefined {
    const stat = this.#statHost(path)
    const type = stat && typeOf(stat)
    if (!type) return undefined
    return this.keepsOwners ? new OwnedNode(type, stat, state) : new ContextNode(type, stat, state)
  }

  #statHost(path: string): BigIntStats | undefined {
    try {
      return lstatSync(toFsPath(this.hostPath(path)), { bigint: true, throwIfNoEntry: false })
    } catch (error) {
      if (errnoOf(error) === 'ENOTDIR') return undefined
      throw error
    }
  }

  #hostNames(path: string): string[] {
    const directory = toFsPath(this.hostPath(path))
    const names = readdirSync(directory)
    const lossless = names.some(name => name.includes('\ufffd'))
      ? readdirSync(directory, { encoding: 'buffer' }).map(decodeText)
      : names
    return lossless.sort(compareText)
  }
}

/** A remembered path. Contexts have 100,000s of them, so what follows from other fields is not stored beside them. */
class ContextNode implements TreeEntry {
  readonly type: EntryType
  readonly mode: number
  readonly links: number
  readonly device: readonly [number, number] | undefined
  readonly stamp: FileStamp
  readonly ignored: boolean
  /** What .dockerignore says of a directory's entries starts from here. */
  readonly inside: IgnoreState | undefined
  xattrs: ReadonlyMap<string, Uint8Array> | undefined = undefined

  constructor(type: EntryType, stat: BigIntStats, state: IgnoreState) {
    this.type = type
    this.mode = Number(stat.mode) & 0o7777
    this.links = Number(stat.nlink)
    this.device = type === 'char' || type === 'block' ? splitDevice(stat.rdev) : undefined
    this.stamp = stampOf(stat)
    this.ignored = state.ignored
    this.inside = type === 'dir' ? state : undefined
  }

  get uid(): number {
    return 0
  }

  get gid(): number {
    return 0
  }

  get size(): number {
    return this.type === 'file' ? Number(this.stamp.size) : 0
  }

  get mtime(): number {
    return Number(this.stamp.mtimeNs / 1_000_000_000n)
  }

  get inode(): string {
    return `${this.stamp.dev}:${this.stamp.ino}`
  }
}

class OwnedNode extends ContextNode {
  readonly #uid: number
  readonly #gid: number

  constructor(type: EntryType, stat: BigIntStats, state: IgnoreState) {
    super(type, stat, state)
    this.#uid = Number(stat.uid)
    this.#gid = Number(stat.gid)
  }

  override get uid(): number {
    return this.#uid
  }

  override get gid(): number {
    return this.#gid
  }
}

/** The directory's `name`, without a doubled slash at the root. */
export function joinPath(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`
}

export function stampOf(stat: BigIntStats): FileStamp {
  return { dev: stat.dev, ino: stat.ino, size: stat.size, mtimeNs: stat.mtimeNs, ctimeNs: stat.ctimeNs }
}

export function sameVersion(a: FileStamp, b: FileStamp): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.dev === b.dev
}

function typeOf(stat: BigIntStats): EntryType | undefined {
  if (stat.isFile()) return 'file'
  if (stat.isDirectory()) return 'dir'
  if (stat.isSymbolicLink()) return 'symlink'
  if (stat.isFIFO()) return 'fifo'
  if (stat.isCharacterDevice()) return 'char'
  if (stat.isBlockDevice()) return 'block'
  return stat.isSocket() ? 'socket' : undefined
}
