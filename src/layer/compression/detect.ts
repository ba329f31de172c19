export type Compression = 'none' | 'gzip' | 'bzip2' | 'xz' | 'zstd'

/** How many bytes `detectCompression` wants to see. */
export const MAGIC_BYTES = 6

/** Compression by the stream's first bytes. */
export function detectCompression(head: Uint8Array): Compression {
  const starts = (...magic: number[]): boolean => magic.every((byte, i) => head[i] === byte)
  if (starts(0x1f, 0x8b, 0x08)) return 'gzip'
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) return 'zstd'
  if (((head[0] ?? 0) & 0xf0) === 0x50 && starts(head[0] ?? 0, 0x2a, 0x4d, 0x18)) return 'zstd'
  if (starts(0x42, 0x5a, 0x68)) return 'bzip2'
  if (starts(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)) return 'xz'
  return 'none'
}
