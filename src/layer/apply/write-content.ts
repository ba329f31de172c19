import { fchmodSync, fchownSync, ftruncateSync, futimesSync, writeSync } from 'node:fs'
import type { TarEntry } from '../tar/entry.ts'
import type { NodeMeta } from '../tree.ts'

/** Writes an entry's bytes to an empty file; holes stay holes. */
export async function writeContent(fd: number, entry: TarEntry): Promise<void> {
  if (entry.header.size === 0) return
  if (entry.extents) return writeExtents(fd, entry)
  for await (const piece of entry.stored) writeAll(fd, piece, null)
}

async function writeExtents(fd: number, entry: TarEntry): Promise<void> {
  ftruncateSync(fd, entry.header.size)
  const extents = entry.extents?.values()
  let extent = extents?.next().value
  let done = 0
  for await (let piece of entry.stored) {
    while (extent && piece.length > 0) {
      const part = piece.subarray(0, extent.length - done)
      writeAll(fd, part, extent.offset + done)
      piece = piece.subarray(part.length)
      done += part.length
      if (done < extent.length) continue
      extent = extents?.next().value
      done = 0
    }
  }
}

function writeAll(fd: number, bytes: Uint8Array, position: number | null): void {
  for (let at = 0; at < bytes.length; ) {
    at += writeSync(fd, bytes, at, bytes.length - at, position === null ? null : position + at)
  }
}

/** Owner, mode and mtime of a file that was just written; xattrs have to come later, since a change of owner takes capabilities away. */
export function finishFile(fd: number, meta: NodeMeta, ownedAlready = false): void {
  if (!ownedAlready) fchownSync(fd, meta.uid, meta.gid)
  fchmodSync(fd, meta.mode)
  futimesSync(fd, meta.mtime, meta.mtime)
}
