import type { FileHandle } from 'node:fs/promises'
import { isTareError } from '../../base/error.ts'
import { readTar, type TarEntry, tarPadding } from '../../layer/index.ts'
import { type ArchiveFiles, malformed } from './archive-files.ts'
import { cleanArchiveName, resolveArchiveLink } from './archive-path.ts'
import { readRange } from './file-bytes.ts'

const BLOCK = 512
const MAX_ENTRIES = 200_000
const MAX_LINKS = 8
const HEADER_CHUNK = 4096

type Place = { readonly offset: number; readonly size: number } | { readonly target: string }

/** Where everything lies in an uncompressed tar file, found by its headers alone. The files own `file` from here on. */
export async function openTarFiles(file: FileHandle, label: string, signal?: AbortSignal): Promise<ArchiveFiles> {
  const places = await indexTar(file, label, signal)
  const find = (name: string): { offset: number; size: number } | undefined => {
    let place = places.get(name)
    for (let i = 0; place && 'target' in place && i < MAX_LINKS; i++) place = places.get(place.target)
    return place && 'offset' in place ? place : undefined
  }
  return {
    label,
    sizeOf: name => find(name)?.size,
    open(name, openSignal) {
      const place = find(name)
      if (!place) throw malformed({ label }, `${name} is missing`)
      return readRange(file, place.offset, place.size, openSignal)
    },
    [Symbol.asyncDispose]: () => file.close(),
  }
}

async function indexTar(file: FileHandle, label: string, signal?: AbortSignal): Promise<Map<string, Place>> {
  const { size } = await file.stat()
  const places = new Map<string, Place>()
  let position = 0
  for (let count = 0; position < size; count++) {
    if (count >= MAX_ENTRIES) throw malformed({ label }, `it has more than ${MAX_ENTRIES} entries`)
    const next = await readEntryAt(file, position, size, label, places, signal).catch((error: unknown) => {
      throw position > 0 && !isTareError(error, 'ARCHIVE_MALFORMED') ? brokenAt(label, position, error) : error
    })
    if (next === undefined) break
    position = next
  }
  return places
}

/** Notes the entry whose headers start at `position`; gives the position after it, undefined at the end of the archive. */
async function readEntryAt(
  file: FileHandle,
  position: number,
  end: number,
  label: string,
  places: Map<string, Place>,
  signal?: AbortSignal,
): Promise<number | undefined> {
  for await (const entry of readTar(readRange(file, position, end - position, signal, HEADER_CHUNK))) {
    const offset = position + entry.offset + BLOCK
    const place = placeOf(entry, offset, label)
    if (place) notePlace(places, place.name, place.place, label)
    const next = offset + entry.header.size + tarPadding(entry.header.size)
    if (offset + entry.header.size > end) throw malformed({ label }, `it is cut off within ${entry.header.name}`)
    return next
  }
  return undefined
}

function placeOf(entry: TarEntry, offset: number, label: string): { name: string; place: Place } | undefined {
  const { header } = entry
  const name = cleanArchiveName(header.name)
  if (name === undefined) throw malformed({ label }, `the name ${JSON.stringify(header.name)} is not allowed`)
  if (header.type === 'dir' && entry.flag !== 'D') return undefined
  if (header.type === 'file' && entry.extents === undefined) return { name, place: { offset, size: header.size } }
  const target = linkTarget(entry, name)
  if (target !== undefined) return { name, place: { target } }
  if (header.type === 'symlink' || header.type === 'hardlink')
    throw malformed({ label }, `the link ${name} leads outside, to ${JSON.stringify(header.linkname)}`)
  throw malformed({ label }, `${name} is neither file, directory nor link`)
}

function brokenAt(label: string, position: number, error: unknown): unknown {
  return isTareError(error) ? malformed({ label }, `the tar is broken at byte ${position}`, error) : error
}

function linkTarget({ header }: TarEntry, name: string): string | undefined {
  if (header.type === 'symlink') return resolveArchiveLink(name, header.linkname)
  return header.type === 'hardlink' ? cleanArchiveName(header.linkname) : undefined
}

function notePlace(places: Map<string, Place>, name: string, place: Place, label: string): void {
  if (places.has(name)) throw malformed({ label }, `${name} is in it twice`)
  places.set(name, place)
}
