import type { Bytes } from '../../oci/index.ts'
import type { TarEntry } from './entry.ts'

/** Reads a tar stream of any common dialect, entry by entry. */
export function readTar(_bytes: Bytes): AsyncIterable<TarEntry> {
  throw new Error('being written')
}
