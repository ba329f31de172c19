import { closeSync } from 'node:fs'
import { isHarmlessDevice } from '../../host/index.ts'
import type { Bytes, Digest } from '../../oci/index.ts'
import { Pace } from '../pace.ts'
import type { TarEntry, TarHeader } from '../tar/entry.ts'
import { readTar } from '../tar/read.ts'
import { joinPath } from '../tree/tree-path.ts'
import { addImageXattrs } from '../tree/xattrs.ts'
import type { NodeMeta } from '../tree.ts'
import { CountedBytes } from './counted-bytes.ts'
import { entryComponents, invalidName, parseLayerName } from './entry-name.ts'
import { metaOfHeader } from './header-meta.ts'
import { LayerDir } from './layer-dir.ts'
import type { LayerFixups } from './settle.ts'
import { finishFile, writeContent } from './write-content.ts'

export interface ApplyOptions {
  readonly signal?: AbortSignal | undefined
  /** Opaque directories in the `user.overlay.` spelling (overlay mounted with userxattr). */
  readonly userXattr?: boolean | undefined
  /** Called now and then with the bytes of the tar read so far. */
  readonly onProgress?: ((uncompressedBytes: number) => void) | undefined
}

export interface ApplyResult {
  /** Of the whole stream as read; the caller compares it. */
  readonly diffId: Digest
  readonly uncompressedBytes: number
  readonly entries: number
  /** There is a device node in it that reaches the machine. */
  readonly foreignDevices: boolean
  /** For `settleLayer`, serialisable as JSON. */
  readonly fixups: LayerFixups
}

/**
 * Unpacks one uncompressed layer tar into the empty directory `targetDir` (a host path) in the form of an overlay
 * layer directory, without looking at the layers below it. Of entries with the same name the last one wins; overlay's
 * own xattrs are dropped. Throws `LAYER_INVALID_NAME`, `LAYER_INVALID_LINK`, `LAYER_FALSE_WHITEOUT`, the `TAR_*` codes
 * and system errors; what was unpacked until then is left to the caller.
 */
export async function applyLayer(tar: Bytes, targetDir: string, options: ApplyOptions = {}): Promise<ApplyResult> {
  const dir = new LayerDir(targetDir, options.userXattr ?? false)
  const pace = new Pace(options.signal)
  const counted = new CountedBytes(tar, options.onProgress)
  let entries = 0
  let foreignDevices = false
  try {
    for await (const entry of readTar(counted)) {
      await unpackEntry(dir, entry)
      foreignDevices ||= isForeignDevice(entry.header)
      entries++
      if (pace.due()) await pace.rest()
    }
    await counted.drain()
  } finally {
    await counted.close()
  }
  return { ...counted.finish(), entries, foreignDevices, fixups: dir.finish() }
}

function isForeignDevice({ type, device }: TarHeader): boolean {
  return (type === 'char' || type === 'block') && !isHarmlessDevice(type, device)
}

async function unpackEntry(dir: LayerDir, entry: TarEntry): Promise<void> {
  const { header } = entry
  const name = parseLayerName(header.name)
  if (name.kind === 'ignored') return
  if (name.kind === 'root') return unpackRoot(dir, header)
  const parent = dir.parent(name.parents)
  if (name.kind === 'opaque') return dir.opaque(parent)
  const path = joinPath(parent, name.name)
  if (name.kind === 'whiteout') return dir.whiteout(path)
  const meta = metaOfHeader(header)
  switch (header.type) {
    case 'file':
      return unpackFile(dir, path, entry, meta)
    case 'dir':
      return dir.dir(path, meta)
    case 'symlink':
      return dir.symlink(path, header.linkname, meta)
    case 'hardlink':
      return dir.link(path, entryComponents(header.linkname))
    case 'other':
      throw invalidName(header.name, `the type of the entry (${JSON.stringify(entry.flag)}) is not known`)
    default:
      return dir.node(path, header, meta)
  }
}

function unpackRoot(dir: LayerDir, header: TarHeader): void {
  if (header.type !== 'dir') throw invalidName(header.name, 'the root is a directory')
  dir.dir('/', metaOfHeader(header))
}

async function unpackFile(dir: LayerDir, path: string, entry: TarEntry, meta: NodeMeta): Promise<void> {
  const fd = dir.file(path)
  try {
    await writeContent(fd, entry)
    finishFile(fd, meta, dir.isOwner(meta))
  } finally {
    closeSync(fd)
  }
  addImageXattrs(dir.host(path), entry.header.xattrs)
}
