import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, constants, openSync, rmSync, symlinkSync } from 'node:fs'
import { TareError } from '../../base/error.ts'
import { printable } from '../../base/source.ts'
import { systemErrorWords } from '../../base/system-error.ts'
import { toFsPath } from '../../base/text.ts'
import {
  copyFilePieces,
  makeNode,
  newCopyMemory,
  O_PATH,
  openAt,
  RESOLVE_BENEATH,
  RESOLVE_NO_SYMLINKS,
  setTimes,
  systemErrorName,
} from '../../host/index.ts'
import { finishFile } from '../apply/write-content.ts'
import type { LayerErrorCode } from '../layer-error.ts'
import { Pace } from '../pace.ts'
import { createHostFile } from '../tree/copy-up.ts'
import { joinPath } from '../tree/tree-path.ts'
import { addImageXattrs } from '../tree/xattrs.ts'
import type { NodeMeta, TreeEntry, TreeView } from '../tree.ts'
import { giveOwner, linkOpened, openOrMakeDirectory, replaceEntry } from './replace-entry.ts'

export interface WriteTreeOptions {
  /** Owner of everything written. */
  readonly owner: { readonly uid: number; readonly gid: number }
  /** mtime of everything written, in seconds; the tree's own when undefined. */
  readonly mtime?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Called now and then with the bytes of files written so far. */
  readonly onProgress?: ((bytes: number) => void) | undefined
}

export interface WrittenTree {
  readonly entries: number
  /** Bytes of the files. */
  readonly bytes: number
  /** Entries whose extended attributes the file system of the directory does not take. */
  readonly withoutXattrs: number
}

/**
 * Writes a tree into the existing directory `hostDir` and merges it with what is there: directories stay and get the
 * tree's metadata, anything else in the way is replaced, what the tree does not have is kept, and `hostDir` itself is not
 * changed. A file appears whole or not at all. Whatever the tree or somebody else at the same time does, no symlink below
 * `hostDir` is followed. Sockets are left out. Throws `TREE_WRITE_FAILED` with the path and errno in its facts.
 */
export async function writeTree(tree: TreeView, hostDir: string, options: WriteTreeOptions): Promise<WrittenTree> {
  const root = openSync(toFsPath(hostDir), constants.O_RDONLY | constants.O_DIRECTORY)
  const writing = new TreeWriting(tree, hostDir, root, options)
  try {
    await writing.fill('/', root)
    return writing.written
  } finally {
    closeSync(root)
  }
}

class TreeWriting {
  readonly #tree: TreeView
  readonly #hostDir: string
  readonly #root: number
  readonly #options: WriteTreeOptions
  readonly #pace: Pace
  readonly #copyMemory = newCopyMemory()
  /** A new entry has this name until it is whole. */
  readonly #temporary = `.tare-${randomBytes(8).toString('hex')}`
  readonly #firstNames = new Map<string, string>()
  #entries = 0
  #bytes = 0
  #withoutXattrs = 0

  constructor(tree: TreeView, hostDir: string, root: number, options: WriteTreeOptions) {
    this.#tree = tree
    this.#hostDir = hostDir
    this.#root = root
    this.#options = options
    this.#pace = new Pace(options.signal)
  }

  get written(): WrittenTree {
    return { entries: this.#entries, bytes: this.#bytes, withoutXattrs: this.#withoutXattrs }
  }

  /** Writes what is in the tree's directory `path` into the directory open as `fd`: names are only ever looked up in there. */
  async fill(path: string, fd: number): Promise<void> {
    for (const name of this.#tree.readdir(path)) {
      const child = joinPath(path, name)
      const entry = this.#tree.lstat(child)
      if (!entry || entry.type === 'socket') continue
      const place = `/proc/self/fd/${fd}`
      if (entry.type === 'dir') await this.#writeDirectory(child, entry, `${place}/${name}`)
      else await this.#explained(child, () => this.#writeEntry(child, entry, place, `${place}/${name}`))
      this.#entries++
      if (this.#pace.due()) await this.#rest()
    }
  }

  async #writeDirectory(path: string, entry: TreeEntry, host: string): Promise<void> {
    const fd = await this.#explained(path, async () => openOrMakeDirectory(host))
    try {
      await this.fill(path, fd)
      await this.#explained(path, async () => {
        const meta = this.#metaOf(path, entry)
        finish(fd, `/proc/self/fd/${fd}/.`, meta)
        this.#giveXattrs(`/proc/self/fd/${fd}/.`, meta)
      })
    } finally {
      closeSync(fd)
    }
  }

  async #writeEntry(path: string, entry: TreeEntry, place: string, host: string): Promise<void> {
    const temporary = `${place}/${this.#temporary}`
    try {
      const first = entry.links > 1 ? this.#firstNames.get(entry.inode) : undefined
      if (first === undefined) await this.#make(path, entry, temporary)
      else this.#linkTo(first, temporary)
      replaceEntry(temporary, host)
      if (entry.links > 1 && first === undefined) this.#firstNames.set(entry.inode, path)
    } catch (error) {
      rmSync(toFsPath(temporary), { force: true })
      throw error
    }
  }

  async #make(path: string, entry: TreeEntry, host: string): Promise<void> {
    const meta = this.#metaOf(path, entry)
    if (entry.type === 'file') return await this.#makeFile(path, entry, meta, host)
    if (entry.type === 'symlink') symlinkSync(toFsPath(this.#tree.readlink(path)), toFsPath(host))
    else makeNode(host, entry.type as 'fifo' | 'char' | 'block', entry.mode, entry.device)
    giveOwner(host, meta)
    if (entry.type !== 'symlink') chmodSync(toFsPath(host), meta.mode)
    this.#giveXattrs(host, meta)
    setTimes(host, meta.mtime)
  }

  async #makeFile(path: string, entry: TreeEntry, meta: NodeMeta, host: string): Promise<void> {
    const fd = createHostFile(host)
    try {
      await this.#copyContent(path, entry.size, fd)
      finish(fd, host, meta)
    } finally {
      closeSync(fd)
    }
    this.#giveXattrs(host, meta)
  }

  async #copyContent(path: string, size: number, target: number): Promise<void> {
    const source = this.#tree.open(path)
    const before = this.#bytes
    try {
      for (const copied of copyFilePieces(source, target, size, this.#copyMemory)) {
        this.#bytes = before + copied
        await this.#rest()
      }
      this.#bytes = before + size
    } finally {
      closeSync(source)
    }
  }

  /** A second name for what was written at `first`, found again without following a link. */
  #linkTo(first: string, host: string): void {
    const resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS
    const fd = openAt(this.#root, first.slice(1), { flags: O_PATH | constants.O_NOFOLLOW, resolve })
    try {
      linkOpened(fd, host)
    } finally {
      closeSync(fd)
    }
  }

  #metaOf(path: string, entry: TreeEntry): NodeMeta {
    const { owner, mtime = entry.mtime } = this.#options
    return { mode: entry.mode, ...owner, mtime, xattrs: this.#tree.xattrs(path) }
  }

  /** Not every file system takes them; the caller is told. */
  #giveXattrs(host: string, { xattrs }: NodeMeta): void {
    if (!xattrs || xattrs.size === 0) return
    try {
      addImageXattrs(host, xattrs)
    } catch (error) {
      if (!['ENOTSUP', 'EPERM'].includes(systemErrorName(error) ?? '')) throw error
      this.#withoutXattrs++
    }
  }

  async #rest(): Promise<void> {
    this.#options.onProgress?.(this.#bytes)
    await this.#pace.rest()
  }

  async #explained<T>(path: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw writeFailed(error, `${this.#hostDir}${path}`) ?? error
    }
  }
}

/** Owner, mode and times of what is open as `fd` and lies at `host`; node:fs knows no times before 1970. */
function finish(fd: number, host: string, meta: NodeMeta): void {
  finishFile(fd, { ...meta, mtime: Math.max(meta.mtime, 0) })
  if (meta.mtime < 0) setTimes(host, meta.mtime)
}

/** Undefined when it was no system call that failed. */
function writeFailed(error: unknown, hostPath: string): TareError<LayerErrorCode> | undefined {
  const errno = systemErrorName(error)
  if (errno === undefined) return undefined
  const message = `writing ${printable(hostPath)}: ${systemErrorWords({ code: errno }) ?? errno}`
  return new TareError('TREE_WRITE_FAILED', message, { cause: error, facts: { errno, path: hostPath } })
}
