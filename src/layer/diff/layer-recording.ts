import { createHash } from 'node:crypto'
import { finishDigest } from '../../oci/index.ts'
import { Pace } from '../pace.ts'
import { NO_XATTRS, type TarHeader } from '../tar/entry.ts'
import { TAR_TRAILER, tarPadding, writePlainHeader } from '../tar/write.ts'
import { ancestorsOf } from '../tree/tree-path.ts'
import type { NodeMeta, TreeView } from '../tree.ts'
import { CHUNK, ChunkBuffer } from './chunk-buffer.ts'
import type { LayerEntry } from './layer-entry.ts'
import { headerOf, type LayerSummary } from './layer-tar.ts'

const BLOCK = 512
const NOTHING = new Uint8Array(0)

/**
 * The tar of a layer, hashed while its files are written, so that nobody has to read them again. It is a guess at the
 * layer that will come of it, made from what was written in the order of the calls: `summaryOf` says whether the headers
 * of the layer that came are the same, one by one. Whatever a plain header cannot say ends it.
 */
export class LayerRecording {
  readonly #tar = createHash('sha256')
  readonly #headers = createHash('sha256')
  readonly #block = Buffer.alloc(BLOCK)
  #chunks: ChunkBuffer | undefined
  #bytes = 0
  #entries = 0
  #ended = false

  /** Adds what was just made. Directories have the mtime they will have when all is in them. */
  add(tree: TreeView, path: string, type: 'file' | 'dir', meta: NodeMeta, content: Uint8Array = NOTHING): void {
    if (this.#ended) return
    if (this.#entries === 0) this.#addAncestors(tree, path)
    const name = type === 'dir' ? `${path.slice(1)}/` : path.slice(1)
    const { mode, uid, gid, mtime, xattrs = NO_XATTRS } = meta
    const rest = { linkname: '', device: [0, 0] as const, mode, uid, gid, mtime, xattrs }
    this.#put({ ...rest, name, type, size: content.length }, content)
  }

  /** Something was done that is not recorded. */
  end(): void {
    this.#ended = true
    this.#chunks = undefined
  }

  /** Of the layer with these entries; undefined when it is not the recorded one. Ends the recording. */
  async summaryOf(
    entries: readonly LayerEntry[],
    tree: TreeView,
    signal?: AbortSignal,
  ): Promise<LayerSummary | undefined> {
    if (this.#ended || entries.length === 0 || entries.length !== this.#entries) return undefined
    const pace = new Pace(signal)
    const headers = createHash('sha256')
    for (const entry of entries) {
      this.#block.fill(0)
      if (!writePlainHeader(this.#block, 0, headerOf(entry, tree))) return undefined
      headers.update(this.#block)
      if (pace.due()) await pace.rest()
    }
    if (headers.digest('hex') !== this.#headers.digest('hex')) return undefined
    this.#take(TAR_TRAILER)
    this.#flush()
    this.#ended = true
    return { diffId: finishDigest(this.#tar), uncompressedBytes: this.#bytes, entries: this.#entries }
  }

  #addAncestors(tree: TreeView, path: string): void {
    for (const dir of [...ancestorsOf(path)].reverse().slice(1)) {
      const entry = tree.lstat(dir)
      if (!entry) continue
      const { mode, uid, gid, mtime } = entry
      const rest = { linkname: '', size: 0, device: [0, 0] as const, mode, uid, gid, mtime, xattrs: tree.xattrs(dir) }
      this.#put({ ...rest, name: `${dir.slice(1)}/`, type: 'dir' }, NOTHING)
    }
  }

  #put(header: TarHeader, content: Uint8Array): void {
    this.#block.fill(0)
    if (!writePlainHeader(this.#block, 0, header)) this.end()
    if (this.#ended) return
    this.#headers.update(this.#block)
    this.#take(this.#block)
    this.#take(content)
    this.#take(TAR_TRAILER.subarray(0, tarPadding(content.length)))
    this.#entries++
  }

  #take(bytes: Uint8Array): void {
    this.#chunks ??= new ChunkBuffer(true)
    this.#bytes += bytes.length
    if (bytes.length > CHUNK) {
      this.#flush()
      this.#tar.update(bytes)
    } else for (const full of this.#chunks.put(bytes)) this.#tar.update(full)
  }

  #flush(): void {
    if (this.#chunks) this.#tar.update(this.#chunks.flush())
  }
}
