import { TareError } from '../../base/error.ts'
import { compareText } from '../../base/text.ts'
import { NO_XATTRS, TAR_TRAILER, type TarHeader, tarHeader, tarPadding } from '../../layer/index.ts'
import type { ArchiveSink } from '../archive.ts'
import type { ImageErrorCode } from '../errors.ts'
import type { ArchiveEntry } from './prepared.ts'

/** Writes files, and the directories they lie in, as a tar that depends on names and contents alone: sorted, no owner, no times. */
export async function writeTar(
  entries: ReadonlyMap<string, ArchiveEntry>,
  sink: ArchiveSink,
  signal?: AbortSignal,
): Promise<void> {
  const names = [...directoriesOf(entries.keys()), ...entries.keys()].sort(compareText)
  for (const name of names) {
    signal?.throwIfAborted()
    const entry = entries.get(name)
    await sink(tarHeader(headerOf(name, entry)))
    if (entry) await writeContent(name, entry, sink, signal)
  }
  await sink(TAR_TRAILER)
}

async function writeContent(name: string, entry: ArchiveEntry, sink: ArchiveSink, signal?: AbortSignal): Promise<void> {
  let written = 0
  for await (const chunk of entry.open(signal)) {
    written += chunk.length
    if (written > entry.size) throw sizeMismatch(name, entry.size, written)
    await sink(chunk)
  }
  if (written !== entry.size) throw sizeMismatch(name, entry.size, written)
  const padding = tarPadding(entry.size)
  if (padding > 0) await sink(new Uint8Array(padding))
}

function directoriesOf(names: Iterable<string>): Set<string> {
  const directories = new Set<string>()
  for (const name of names) {
    const parts = name.split('/').slice(0, -1)
    parts.forEach((_, i) => {
      directories.add(`${parts.slice(0, i + 1).join('/')}/`)
    })
  }
  return directories
}

function headerOf(name: string, entry: ArchiveEntry | undefined): TarHeader {
  return {
    name,
    linkname: '',
    type: entry ? 'file' : 'dir',
    mode: entry ? 0o644 : 0o755,
    uid: 0,
    gid: 0,
    size: entry?.size ?? 0,
    mtime: 0,
    device: [0, 0],
    xattrs: NO_XATTRS,
  }
}

function sizeMismatch(name: string, expected: number, actual: number): TareError<ImageErrorCode> {
  return new TareError('BLOB_SIZE_MISMATCH', `writing ${name}: expected ${expected} bytes, got ${actual}`, {
    facts: { expected, actual },
  })
}
