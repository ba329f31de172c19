import { TareError } from '../../base/error.ts'
import type { Bytes } from '../../oci/index.ts'
import type { ImageErrorCode } from '../errors.ts'

/** The files of an archive or layout directory by name (`blobs/sha256/<hex>`), links resolved, nothing outside reachable. */
export interface ArchiveFiles extends AsyncDisposable {
  /** As the user named it, for messages. */
  readonly label: string
  /** Bytes; undefined when there is no such file. */
  sizeOf(name: string): number | undefined
  /** The bytes of a file that is there. */
  open(name: string, signal?: AbortSignal): Bytes
}

/** A small file whole. Throws `ARCHIVE_MALFORMED` when it is missing or larger than `maxBytes`. */
export async function readSmallFile(files: ArchiveFiles, name: string, maxBytes: number): Promise<Buffer> {
  const size = files.sizeOf(name)
  if (size === undefined) throw malformed(files, `${name} is missing`)
  if (size > maxBytes) throw malformed(files, `${name} has ${size} bytes, expected at most ${maxBytes}`)
  const chunks: Uint8Array[] = []
  for await (const chunk of files.open(name)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export function malformed(files: { readonly label: string }, what: string, cause?: unknown): TareError<ImageErrorCode> {
  return new TareError('ARCHIVE_MALFORMED', `reading ${files.label}: ${what}`, { cause })
}
