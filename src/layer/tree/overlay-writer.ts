import { closeSync, fchmodSync, fchownSync, futimesSync, linkSync, mkdirSync, symlinkSync, writeSync } from 'node:fs'
import { errnoOf, TareError } from '../../base/error.ts'
import { printable } from '../../base/source.ts'
import { toFsPath } from '../../base/text.ts'
import { makeNode, setTimes } from '../../host/index.ts'
import { LayerRecording } from '../diff/layer-recording.ts'
import type { LayerErrorCode } from '../layer-error.ts'
import type { NodeMeta, TreeEntry, TreeView, TreeWriter } from '../tree.ts'
import { copyEntryTo, createHostFile } from './copy-up.ts'
import { hostLstat } from './host-entry.ts'
import { applyMeta, changeMeta, keepingTimes, metaOf } from './node-meta.ts'
import { markOpaque } from './overlay-marks.ts'
import { OverlayView } from './overlay-view.ts'
import { removeHostTree } from './remove-tree.ts'
import { assertTreePath, baseOf, notADirectory, notFound, parentOf } from './tree-path.ts'
import { addImageXattrs } from './xattrs.ts'

export interface OverlayWriterOptions {
  /** Host path of the existing overlay upper directory. */
  readonly upper: string
  /** What lies below: `openStackTree`; undefined for an empty root. */
  readonly lower: TreeView | undefined
  /** The `user.overlay.` spelling (overlay mounted with userxattr). */
  readonly userXattr?: boolean | undefined
}

/** A TreeWriter on host directories. */
export interface OverlayWriter extends TreeWriter {
  /** Of what was made through the writer. */
  readonly recording: LayerRecording
  /** Forgets what is known of the writable directory; call after anybody else (a RUN) has changed it. */
  refresh(): void
}

/**
 * Writes into an overlay upper directory the way the kernel's overlay would: parents are copied up with mode, owner,
 * mtime and xattrs, removed lower entries become whiteouts, a directory in the place of a removed one is opaque.
 */
export function openOverlayWriter(options: OverlayWriterOptions): OverlayWriter {
  return new UpperWriter(options)
}

/** Writes straight into a plain host directory (the copy snapshotter's working tree). */
export function openDirectoryWriter(hostDir: string): OverlayWriter {
  return new UpperWriter({ upper: hostDir, lower: undefined })
}

/** Gives a new upper directory what it shows as root of the merged tree: the metadata of the root below it. */
export function copyRootMeta(upper: string, lower: TreeView): void {
  const root = lower.lstat('/')
  if (root) applyMeta(upper, metaOf(lower, '/', root))
}

class UpperWriter extends OverlayView implements OverlayWriter {
  readonly recording = new LayerRecording()
  readonly #userXattr: boolean

  constructor(options: OverlayWriterOptions) {
    super(options.upper, options.lower)
    this.#userXattr = options.userXattr ?? false
  }

  refresh(): void {
    this.recording.end()
    this.dirs.clear()
  }

  hostDir(path: string): string {
    // Its caller makes files in it that are not seen here.
    this.recording.end()
    return this.#hostDir(path)
  }

  #hostDir(path: string): string {
    assertTreePath(path)
    const dir = this.dir(path)
    if (!dir) throw notADirectory('writing into', path)
    dir.upper ??= this.#copyUpDir(path)
    return dir.upper
  }

  createFile(path: string): number {
    this.recording.end()
    return this.#createFile(path)
  }

  writeFile(path: string, content: Uint8Array, meta: NodeMeta): void {
    const fd = this.#createFile(path)
    try {
      for (let written = 0; written < content.length; ) written += writeSync(fd, content, written)
      fchownSync(fd, meta.uid, meta.gid)
      fchmodSync(fd, meta.mode)
      if (meta.xattrs && meta.xattrs.size > 0) addImageXattrs(this.#hostOf(path), meta.xattrs)
      // node:fs knows no times before 1970.
      if (meta.mtime < 0) setTimes(this.#hostOf(path), meta.mtime)
      else futimesSync(fd, meta.mtime, meta.mtime)
    } finally {
      closeSync(fd)
    }
    this.recording.add(this, path, 'file', meta, content)
  }

  #hostOf(path: string): string {
    return `${this.#hostDir(parentOf(path))}/${baseOf(path)}`
  }

  #createFile(path: string): number {
    const host = `${this.#hostDir(parentOf(path))}/${baseOf(path)}`
    const hidden = this.dirs.has(path) || this.#lowerEntry(path)?.type === 'dir'
    if (!hidden) {
      try {
        return createHostFile(host)
      } catch (error) {
        if (errnoOf(error) !== 'EEXIST') throw error
      }
    }
    if (this.lstat(path)?.type === 'dir') {
      throw new TareError<LayerErrorCode>('TREE_IS_A_DIRECTORY', `writing file ${printable(path)}: it is a directory`)
    }
    return createHostFile(this.#place(path))
  }

  mkdir(path: string, meta: NodeMeta): boolean {
    if (this.lstat(path)?.type === 'dir') return false
    const host = this.#place(path)
    mkdirSync(toFsPath(host), 0o700)
    if (this.#lowerEntry(path)?.type === 'dir') markOpaque(host, this.#userXattr)
    applyMeta(host, meta)
    this.dirs.set(path, { upper: host, lower: false })
    this.recording.add(this, path, 'dir', meta)
    return true
  }

  remove(path: string): void {
    if (!this.lstat(path)) return
    const host = this.#place(path)
    this.recording.end()
    if (this.#lowerEntry(path)) makeNode(host, 'char', 0, [0, 0])
  }

  symlink(path: string, target: string, meta: NodeMeta): void {
    const host = this.#place(path)
    this.recording.end()
    symlinkSync(toFsPath(target), toFsPath(host))
    applyMeta(host, meta, true)
  }

  link(path: string, existing: string): void {
    const source = this.#makeReal(existing, 'linking to')
    this.recording.end()
    if (this.lstat(existing)?.type === 'dir') {
      throw new TareError<LayerErrorCode>('TREE_NOT_A_FILE', `linking to ${printable(existing)}: it is a directory`)
    }
    if (path !== existing) linkSync(toFsPath(source), toFsPath(this.#place(path)))
  }

  mknod(path: string, type: 'fifo' | 'char' | 'block', device: readonly [number, number], meta: NodeMeta): void {
    if (type === 'char' && device[0] === 0 && device[1] === 0) {
      throw new TareError<LayerErrorCode>(
        'TREE_FALSE_WHITEOUT',
        `making device ${printable(path)}: 0:0 would be taken for a whiteout`,
      )
    }
    const host = this.#place(path)
    this.recording.end()
    makeNode(host, type, meta.mode, device)
    applyMeta(host, meta)
  }

  setMeta(path: string, meta: Partial<NodeMeta>): void {
    const host = this.#makeReal(path, 'changing')
    changeMeta(host, hostLstat(host)!, meta)
  }

  /** Makes way at `path` in the upper directory (whiteouts go too) and returns where to make something new. */
  #place(path: string): string {
    assertTreePath(path)
    if (path === '/')
      throw new TareError<LayerErrorCode>('TREE_INVALID_PATH', 'replacing /: the root cannot be replaced')
    const host = `${this.#hostDir(parentOf(path))}/${baseOf(path)}`
    if (hostLstat(host)) removeHostTree(host)
    this.forget(path)
    return host
  }

  /** The host path of an existing entry, copied up if it was only below. */
  #makeReal(path: string, doing: string): string {
    const entry = this.lstat(path)
    if (!entry) throw notFound(doing, path)
    if (entry.type === 'dir') return this.#hostDir(path)
    const hostParent = this.#hostDir(parentOf(path))
    const host = `${hostParent}/${baseOf(path)}`
    if (!hostLstat(host)) keepingTimes(hostParent, () => copyEntryTo(this.below!, path, entry, host))
    return host
  }

  #copyUpDir(path: string): string {
    const hostParent = this.#hostDir(parentOf(path))
    const host = `${hostParent}/${baseOf(path)}`
    const entry = this.below!.lstat(path)!
    keepingTimes(hostParent, () => mkdirSync(toFsPath(host), 0o700))
    applyMeta(host, metaOf(this.below!, path, entry))
    return host
  }

  /** What the lower tree would show at `path` if nothing were at it in the upper directory. */
  #lowerEntry(path: string): TreeEntry | undefined {
    return this.dir(parentOf(path))?.lower ? this.below?.lstat(path) : undefined
  }
}
