import type { TarHeader } from './entry.ts'

/** The two zero blocks that end an archive. */
export const TAR_TRAILER: Uint8Array = new Uint8Array(1024)

/** Zero bytes that follow content of `size` bytes. */
export function tarPadding(size: number): number {
  return (512 - (size % 512)) % 512
}

/** The header block of an entry, with a PAX header before it when ustar cannot say all. Canonical: depends on the header alone. */
export function tarHeader(_header: TarHeader): Buffer {
  throw new Error('being written')
}
