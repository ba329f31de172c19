import { NO_XATTRS, TAR_TRAILER, type TarHeader, tarHeader, tarPadding } from '../layer/index.ts'

/** An entry as a test wants it; what is not given is a plain file 0644 of root's. */
export type MadeEntry = Partial<Omit<TarHeader, 'size'>> & { readonly content?: string | Uint8Array }

/** A whole archive, hostile ones too: nothing is checked. */
export function makeTar(entries: readonly MadeEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(entryBytes), TAR_TRAILER])
}

function entryBytes({ content = '', ...given }: MadeEntry): Uint8Array[] {
  const data = Buffer.from(content)
  const header = tarHeader({
    name: 'file',
    linkname: '',
    type: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: 1_600_000_000,
    device: [0, 0],
    xattrs: NO_XATTRS,
    ...given,
    size: data.length,
  })
  return [header, data, new Uint8Array(tarPadding(data.length))]
}

/** A stream of the bytes in pieces of `size`, to meet readers at awkward places. */
export async function* inPieces(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
