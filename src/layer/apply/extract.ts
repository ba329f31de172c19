import { closeSync } from 'node:fs'
import type { Bytes } from '../../oci/index.ts'
import { Pace } from '../pace.ts'
import type { TarEntry } from '../tar/entry.ts'
import { readTar } from '../tar/read.ts'
import { ensureDir } from '../tree/ensure-dir.ts'
import { type PathLookup, type ResolvedPath, type ResolveOptions, resolveInRoot } from '../tree/resolve.ts'
import { joinPath } from '../tree/tree-path.ts'
import type { NodeMeta, TreeWriter } from '../tree.ts'
import { entryComponents, invalidLink, invalidName } from './entry-name.ts'
import { metaOfHeader } from './header-meta.ts'
import { finishFile, writeContent } from './write-content.ts'

export interface ExtractOptions {
  /** Owner of everything (ADD --chown); the archive's own owners when undefined. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
  /** mtime in seconds of directories that the archive needs but does not describe; they are 0755. */
  readonly mtime: number
  readonly signal?: AbortSignal | undefined
}

export interface ExtractResult {
  readonly entries: number
  /** Bytes of the unpacked files. */
  readonly bytes: number
}

/**
 * ADD: unpacks an uncompressed tar into the existing directory `destination` (absolute in the tree, resolved), as Docker
 * does: the destination is the root of the archive, where symlinks among an entry's parents and hard links end too, and
 * which an entry for the archive's root leaves as it is. Merges into existing directories; names have no whiteout meaning. Throws `LAYER_INVALID_NAME`, `LAYER_INVALID_LINK`,
 * `TREE_FALSE_WHITEOUT`, the `TAR_*` codes and system errors.
 */
export async function extractArchive(
  tar: Bytes,
  writer: TreeWriter,
  destination: string,
  options: ExtractOptions,
): Promise<ExtractResult> {
  const extraction = new Extraction(writer, destination, options)
  const pace = new Pace(options.signal)
  let entries = 0
  let bytes = 0
  for await (const entry of readTar(tar)) {
    await extraction.unpack(entry)
    entries++
    bytes += entry.header.size
    if (pace.due()) await pace.rest()
  }
  extraction.finish()
  return { entries, bytes }
}

class Extraction {
  readonly #writer: TreeWriter
  readonly #destination: string
  readonly #options: ExtractOptions
  readonly #dirs = new Map<string, NodeMeta>()
  /** The destination as a root. */
  readonly #below: PathLookup = {
    lstat: path => this.#writer.lstat(this.#inDestination(path)),
    readlink: path => this.#writer.readlink(this.#inDestination(path)),
  }
  #lastParents: { readonly key: string; readonly path: string } | undefined

  constructor(writer: TreeWriter, destination: string, options: ExtractOptions) {
    this.#writer = writer
    this.#destination = destination
    this.#options = options
  }

  async unpack(entry: TarEntry): Promise<void> {
    const { header } = entry
    const components = entryComponents(header.name)
    const meta = { ...metaOfHeader(header), ...this.#options.owner }
    const name = components.pop()
    if (name === undefined) {
      if (header.type !== 'dir') throw invalidName(header.name, 'the root is a directory')
      return
    }
    const path = joinPath(this.#parent(components), name)
    if (header.type === 'dir') return this.#dir(path, meta)
    if (this.#writer.lstat(path)?.type === 'dir') this.#remove(path)
    if (header.type !== 'file') this.#lastParents = undefined
    switch (header.type) {
      case 'file':
        return this.#file(path, entry, meta)
      case 'symlink':
        return this.#writer.symlink(path, header.linkname, meta)
      case 'hardlink':
        return this.#link(path, header.linkname)
      case 'other':
        throw invalidName(header.name, `the type of the entry (${JSON.stringify(entry.flag)}) is not known`)
      default:
        return this.#writer.mknod(path, header.type, header.device, meta)
    }
  }

  /** Directories get their metadata when all is in them, the innermost first. */
  finish(): void {
    const dirs = [...this.#dirs].sort(([a], [b]) => b.length - a.length)
    for (const [path, meta] of dirs) this.#writer.setMeta(path, meta)
  }

  #parent(components: readonly string[]): string {
    const key = components.join('/')
    if (this.#lastParents?.key === key) return this.#lastParents.path
    const { path } = this.#resolve(key)
    const owner = this.#options.owner ?? { uid: 0, gid: 0 }
    const meta = { mode: 0o755, ...owner, mtime: this.#options.mtime }
    for (const made of ensureDir(this.#writer, path, meta).made) this.#dirs.set(made, meta)
    this.#lastParents = { key, path }
    return path
  }

  #dir(path: string, meta: NodeMeta): void {
    if (this.#writer.mkdir(path, { ...meta, mode: 0o700 })) this.#lastParents = undefined
    this.#dirs.set(path, meta)
  }

  #remove(path: string): void {
    this.#writer.remove(path)
    this.#lastParents = undefined
    for (const dir of this.#dirs.keys()) if (dir === path || dir.startsWith(`${path}/`)) this.#dirs.delete(dir)
  }

  async #file(path: string, entry: TarEntry, meta: NodeMeta): Promise<void> {
    if (this.#writer.lstat(path)?.type === 'symlink') this.#lastParents = undefined
    const fd = this.#writer.createFile(path)
    try {
      await writeContent(fd, entry)
      finishFile(fd, meta)
    } finally {
      closeSync(fd)
    }
    if (entry.header.xattrs.size > 0) this.#writer.setMeta(path, { xattrs: entry.header.xattrs })
  }

  #resolve(path: string, options?: ResolveOptions): ResolvedPath {
    const resolved = resolveInRoot(this.#below, path, options)
    return { path: this.#inDestination(resolved.path), entry: resolved.entry }
  }

  #inDestination(path: string): string {
    return path === '/' ? this.#destination : joinPath(this.#destination, path.slice(1))
  }

  #link(path: string, linkname: string): void {
    const components = entryComponents(linkname)
    const target = this.#resolve(components.join('/'), { followLast: false })
    if (components.length === 0 || !target.entry) throw invalidLink(path, linkname, 'there is no such file')
    if (target.entry.type === 'dir') throw invalidLink(path, linkname, 'it is a directory')
    if (target.path === path) throw invalidLink(path, linkname, 'it is the same name')
    this.#writer.link(path, target.path)
  }
}
