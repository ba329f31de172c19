import type { Bytes } from '../../oci/index.ts'
import { allCandidates } from '../diff/candidates.ts'
import { diffLayer } from '../diff/diff.ts'
import { tarBytes } from '../diff/layer-tar.ts'
import { NO_XATTRS, type TarHeader } from '../tar/entry.ts'
import { tarHeader } from '../tar/write.ts'
import type { TreeView } from '../tree.ts'

export interface TreeTarOptions {
  /** mtime of all entries, in seconds; the tree's own when undefined. */
  readonly mtime?: number | undefined
  /** A directory to put all into, without slashes. */
  readonly directory?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** A whole tree as one tar: directories before what is in them, in byte order, without an entry for the root itself and without sockets. */
export async function* treeTar(tree: TreeView, options: TreeTarOptions = {}): Bytes {
  const { directory, mtime, signal } = options
  const all = await diffLayer({ lower: undefined, tree, candidates: allCandidates(undefined, tree), signal })
  const entries = all.filter(entry => entry.path !== '/')
  const inDirectory = (name: string): string => (directory === undefined ? name : `${directory}/${name}`)
  if (directory !== undefined) yield tarHeader(plainDirectory(`${directory}/`, mtime ?? 0))
  const change = (header: TarHeader): TarHeader => ({
    ...header,
    name: inDirectory(header.name),
    linkname: header.type === 'hardlink' ? inDirectory(header.linkname) : header.linkname,
    mtime: mtime ?? header.mtime,
  })
  yield* tarBytes(entries, tree, change, signal)
}

function plainDirectory(name: string, mtime: number): TarHeader {
  const rest = { linkname: '', uid: 0, gid: 0, size: 0, device: [0, 0] as const, xattrs: NO_XATTRS }
  return { ...rest, name, type: 'dir', mode: 0o755, mtime }
}
