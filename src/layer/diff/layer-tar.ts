import { createHash } from 'node:crypto'
import { closeSync, fstatSync, readSync } from 'node:fs'
import { TareError } from '../../base/error.ts'
import { printable } from '../../base/source.ts'
import { type Digest, finishDigest } from '../../oci/index.ts'
import type { LayerErrorCode } from '../layer-error.ts'
import { Pace } from '../pace.ts'
import { NO_XATTRS, type TarHeader } from '../tar/entry.ts'
import { TAR_TRAILER, tarHeader, tarPadding, writePlainHeader } from '../tar/write.ts'
import { baseOf, joinPath, parentOf } from '../tree/tree-path.ts'
import type { TreeEntry, TreeView } from '../tree.ts'
import { CHUNK, ChunkBuffer } from './chunk-buffer.ts'
import { WHITEOUT_PREFIX } from './diff.ts'
import type { LayerEntry } from './layer-entry.ts'

export interface LayerTarOptions {
  /** SOURCE_DATE_EPOCH in seconds: later mtimes are written as this. */
  readonly epoch?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface LayerSummary {
  readonly diffId: Digest
  readonly uncompressedBytes: number
  readonly entries: number
}

/** The tar as a stream, once. `summary()` throws until the stream has been read to its end. */
export interface LayerTar extends AsyncIterable<Uint8Array> {
  summary(): LayerSummary
}

/**
 * Streams the canonical tar of `entries`, reading files from `tree` piece by piece. A file that is not what its entry
 * says, or changes while it is read, throws `LAYER_FILE_CHANGED`.
 */
export function layerTar(entries: readonly LayerEntry[], tree: TreeView, options: LayerTarOptions = {}): LayerTar {
  return summarised(tarChunks(entries, tree, new ChunkBuffer(false), options.epoch), entries.length, options.signal)
}

/** `layerTar` for its summary alone. */
export async function digestLayer(
  entries: readonly LayerEntry[],
  tree: TreeView,
  options: LayerTarOptions = {},
): Promise<LayerSummary> {
  const chunks = tarChunks(entries, tree, new ChunkBuffer(true), options.epoch)
  const tar = summarised(chunks, entries.length, options.signal)
  for await (const _ of tar);
  return tar.summary()
}

/** The tar alone, its digest not computed. `change` has the last word on each header. */
export async function* tarBytes(
  entries: readonly LayerEntry[],
  tree: TreeView,
  change: (header: TarHeader) => TarHeader,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  const pace = new Pace(signal)
  for (const chunk of tarChunks(entries, tree, new ChunkBuffer(false), undefined, change)) {
    yield chunk
    if (pace.due()) await pace.rest()
  }
}

function summarised(chunks: Iterable<Uint8Array>, entries: number, signal: AbortSignal | undefined): LayerTar {
  const hash = createHash('sha256')
  let uncompressedBytes = 0
  let summary: LayerSummary | undefined
  async function* stream(): AsyncGenerator<Uint8Array, void, void> {
    const pace = new Pace(signal)
    for (const chunk of chunks) {
      hash.update(chunk)
      uncompressedBytes += chunk.length
      yield chunk
      if (pace.due()) await pace.rest()
    }
    summary = { diffId: finishDigest(hash), uncompressedBytes, entries }
  }
  const bytes = stream()
  return {
    [Symbol.asyncIterator]: () => bytes,
    summary() {
      if (!summary) throw new Error('the layer tar has not been read to its end')
      return summary
    },
  }
}

function* tarChunks(
  entries: readonly LayerEntry[],
  tree: TreeView,
  buffer: ChunkBuffer,
  epoch: number | undefined,
  change?: (header: TarHeader) => TarHeader,
): Generator<Uint8Array> {
  for (const entry of entries) {
    const header = headerOf(entry, tree, epoch)
    yield* putHeader(buffer, change ? change(header) : header)
    if (entry.kind === 'node' && entry.entry.size > 0) yield* putFile(buffer, tree, entry.path, entry.entry)
  }
  yield* buffer.put(TAR_TRAILER)
  yield buffer.flush()
}

function* putHeader(buffer: ChunkBuffer, header: TarHeader): Generator<Uint8Array> {
  const full = buffer.flushFor(512)
  if (full) yield full
  const at = buffer.used
  buffer.zeros(512)
  if (writePlainHeader(buffer.chunk, at, header)) return
  buffer.used = at
  yield* buffer.put(tarHeader(header))
}

function* putFile(buffer: ChunkBuffer, tree: TreeView, path: string, entry: TreeEntry): Generator<Uint8Array> {
  const fd = tree.open(path)
  try {
    assertUnchanged(fd, path, entry)
    for (let left = entry.size; left > 0; ) {
      const full = buffer.flushFor(Math.min(left, CHUNK))
      if (full) yield full
      const length = readSync(fd, buffer.chunk, buffer.used, Math.min(left, CHUNK - buffer.used), null)
      if (length === 0) throw fileChanged(path)
      buffer.used += length
      left -= length
    }
    if (entry.size > CHUNK) assertUnchanged(fd, path, entry)
  } finally {
    closeSync(fd)
  }
  const full = buffer.flushFor(tarPadding(entry.size))
  if (full) yield full
  buffer.zeros(tarPadding(entry.size))
}

function assertUnchanged(fd: number, path: string, entry: TreeEntry): void {
  const stats = fstatSync(fd)
  const sameInode = stats.ino > Number.MAX_SAFE_INTEGER || entry.inode === `${stats.dev}:${stats.ino}`
  const sameTime = Math.floor(stats.mtimeMs / 1000) === entry.mtime
  if (stats.size !== entry.size || !sameTime || !sameInode) throw fileChanged(path)
}

function fileChanged(path: string): TareError<LayerErrorCode> {
  return new TareError('LAYER_FILE_CHANGED', `reading ${printable(path)} for its layer: the file changed meanwhile`, {
    facts: { path },
  })
}

/** What the layer's tar says of an entry. */
export function headerOf(item: LayerEntry, tree: TreeView, epoch = Number.POSITIVE_INFINITY): TarHeader {
  if (item.kind === 'whiteout') return whiteoutHeader(item.path)
  const { entry, path } = item
  const type = item.kind === 'hardlink' ? 'hardlink' : (entry.type as Exclude<TreeEntry['type'], 'socket'>)
  const name = path === '/' ? '.' : path.slice(1)
  return {
    name: type === 'dir' ? `${name}/` : name,
    linkname: item.kind === 'hardlink' ? item.target.slice(1) : type === 'symlink' ? tree.readlink(path) : '',
    type,
    mode: entry.mode,
    uid: entry.uid,
    gid: entry.gid,
    size: type === 'file' ? entry.size : 0,
    mtime: Math.min(entry.mtime, epoch),
    device: entry.device ?? [0, 0],
    xattrs: type === 'hardlink' ? NO_XATTRS : tree.xattrs(path),
  }
}

/** An empty file of a name that says what is gone; the rest of its header is as plain as can be. */
function whiteoutHeader(path: string): TarHeader {
  const name = joinPath(parentOf(path), WHITEOUT_PREFIX + baseOf(path)).slice(1)
  return {
    name,
    linkname: '',
    type: 'file',
    mode: 0,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: 0,
    device: [0, 0],
    xattrs: NO_XATTRS,
  }
}
