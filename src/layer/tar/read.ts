import { decodeText } from '../../base/text.ts'
import type { Bytes } from '../../oci/index.ts'
import { ByteReader } from './byte-reader.ts'
import { NO_XATTRS, type TarEntry, type TarType } from './entry.ts'
import { type ExtendedHeader, Extensions } from './extensions.ts'
import { BLOCK, type HeaderBlock, isZeroBlock, parseHeaderBlock } from './header-block.ts'
import { parseDecimal } from './number.ts'
import { expandSparse, paxSparseMap, readOldSparse, readSparseMap10, type SparseMap } from './sparse.ts'
import { StoredContent } from './stored-content.ts'
import { truncated } from './tar-error.ts'

const TYPES: Readonly<Record<string, TarType>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'char',
  '4': 'block',
  '5': 'dir',
  D: 'dir',
  '6': 'fifo',
}

/** GNU tar's name for the archive itself: no file. */
const VOLUME_LABEL = 'V'

const NO_RECORDS: Pick<ExtendedHeader, 'xattrs' | 'records' | 'values'> = {
  xattrs: NO_XATTRS,
  records: [],
  values: new Map(),
}

/**
 * Reads a tar stream entry by entry: V7, ustar, PAX (global, binary values, GNU sparse 0.0, 0.1, 1.0), GNU (long names,
 * old sparse, base-256 numbers), star. The archive ends at its first zero block or where the stream ends between two
 * entries; what follows is not looked at. Throws `TAR_INVALID_HEADER`, `TAR_TRUNCATED`, `TAR_HEADER_TOO_LARGE` with the
 * offset in the facts.
 */
export async function* readTar(bytes: Bytes): AsyncGenerator<TarEntry, void, void> {
  const reader = new ByteReader(bytes)
  const extensions = new Extensions()
  try {
    for (;;) {
      const offset = reader.offset
      const raw = reader.takeWhole(BLOCK) ?? (await reader.take(BLOCK))
      if (raw.length === 0 || (raw.length === BLOCK && raw[0] === 0 && isZeroBlock(raw))) {
        if (extensions.pending) throw truncated(offset)
        return
      }
      if (raw.length < BLOCK) throw truncated(offset)
      const block = parseHeaderBlock(raw, offset)
      if (await extensions.absorb(block, reader, offset)) continue
      const extended = extensions.none ? { block, ...NO_RECORDS } : extensions.finish(block, offset)
      const sparse = await readSparse(raw, extended, reader, offset)
      const { entry, stored } = makeEntry(extended, sparse, reader, offset)
      if (block.flag !== VOLUME_LABEL) yield entry
      await stored.finish()
    }
  } finally {
    await reader.close()
  }
}

async function readSparse(
  raw: Uint8Array,
  extended: ExtendedHeader,
  reader: ByteReader,
  offset: number,
): Promise<SparseMap | undefined> {
  if (extended.block.flag === 'S') return readOldSparse(raw.slice(), reader, offset)
  if (extended.values.size === 0) return undefined
  if (textOf(extended.values.get('GNU.sparse.major')) === '1') {
    const realSize = parseDecimal(textOf(extended.values.get('GNU.sparse.realsize')))
    return readSparseMap10(reader, extended.block.size, realSize, offset)
  }
  return paxSparseMap(extended.records, offset)
}

function makeEntry(
  extended: ExtendedHeader,
  sparse: SparseMap | undefined,
  reader: ByteReader,
  offset: number,
): { entry: TarEntry; stored: StoredContent } {
  const { block } = extended
  const type = typeOf(block)
  const storedSize =
    type === 'file' || type === 'other' || block.flag === 'D' ? block.size - (sparse?.mapBytes ?? 0) : 0
  const stored = new StoredContent(reader, block.name, storedSize)
  const size = type === 'file' ? (sparse?.size ?? block.size) : 0
  const entry: TarEntry = {
    header: {
      name: block.name,
      linkname: type === 'symlink' || type === 'hardlink' ? block.linkname : '',
      type,
      mode: block.mode,
      uid: block.uid,
      gid: block.gid,
      size,
      mtime: block.mtime,
      device: type === 'char' || type === 'block' ? block.device : [0, 0],
      xattrs: extended.xattrs,
    },
    flag: block.flag,
    offset,
    extents: sparse?.extents,
    stored,
    content: sparse ? expandSparse(stored, sparse.extents, size) : stored,
  }
  return { entry, stored }
}

/** Before ustar there was no type for directories: their names end in a slash. */
function typeOf(block: HeaderBlock): TarType {
  const type = TYPES[block.flag] ?? 'other'
  return type === 'file' && block.flag !== 'S' && block.name.endsWith('/') ? 'dir' : type
}

function textOf(value: Uint8Array | undefined): string {
  return value === undefined ? '' : decodeText(value)
}
