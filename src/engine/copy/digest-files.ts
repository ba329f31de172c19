import { createHash } from 'node:crypto'
import { closeSync, fstatSync, readSync } from 'node:fs'
import { Pace } from '../../base/pace.ts'
import type { TreeView } from '../../layer/index.ts'
import { type Digest, digestOf, finishDigest } from '../../oci/index.ts'
import type { FileDigests, FileStamp } from '../../store/index.ts'
import { ContextTree, sameVersion, stampOf } from '../context-tree.ts'
import { engineError } from '../errors.ts'
import type { SelectedEntry } from './select.ts'

const PIECE = 1024 * 1024

interface FreshDigest {
  readonly stamp: FileStamp
  readonly digest: Digest
  readonly hashedAtMs: number
}

/** Digests of all regular files among the entries, by their path in the tree; read only where the stat cache does not know. */
export async function digestFiles(
  tree: TreeView,
  entries: readonly SelectedEntry[],
  cache: FileDigests,
  signal?: AbortSignal,
): Promise<Map<string, Digest>> {
  const digests = new Map<string, Digest>()
  const fresh: FreshDigest[] = []
  const pace = new Pace(signal)
  try {
    for (const { from, entry } of entries) {
      if (entry.type !== 'file' || digests.has(from)) continue
      const known = tree instanceof ContextTree ? cache.lookup(tree.stamp(from) as FileStamp) : undefined
      digests.set(from, known ?? (await digestOne(tree, from, cache, fresh, pace)))
      if (pace.due) await pace.breathe()
    }
  } finally {
    if (fresh.length > 0) cache.put(fresh)
  }
  return digests
}

async function digestOne(
  tree: TreeView,
  path: string,
  cache: FileDigests,
  fresh: FreshDigest[],
  pace: Pace,
): Promise<Digest> {
  const fd = tree.open(path)
  try {
    const stamp = stampOf(fstatSync(fd, { bigint: true }))
    const expected = tree instanceof ContextTree ? tree.stamp(path) : undefined
    if (expected && !sameVersion(expected, stamp)) throw changedWhileBuilding(path)
    const known = expected ? undefined : cache.lookup(stamp)
    if (known) return known
    const hashedAtMs = Date.now()
    const digest = await hashDescriptor(fd, Number(stamp.size), pace)
    if (!sameVersion(stamp, stampOf(fstatSync(fd, { bigint: true })))) throw changedWhileBuilding(path)
    fresh.push({ stamp, digest, hashedAtMs })
    return digest
  } finally {
    closeSync(fd)
  }
}

/** Throws `ENGINE_CONTEXT_CHANGED` when an open file is not the version of it that the build has seen before. */
export function assertUnchanged(tree: TreeView, path: string, fd: number): void {
  const expected = tree instanceof ContextTree ? tree.stamp(path) : undefined
  if (expected && !sameVersion(expected, stampOf(fstatSync(fd, { bigint: true })))) throw changedWhileBuilding(path)
}

export function changedWhileBuilding(path: string): Error {
  return engineError('ENGINE_CONTEXT_CHANGED', `copying ${path.slice(1)}: the file changed while building`, {
    hint: 'Something writes into the build context; stop it, or keep its files out with .dockerignore.',
    facts: { path: path.slice(1) },
  })
}

let shared: Buffer | undefined

async function hashDescriptor(fd: number, size: number, pace: Pace): Promise<Digest> {
  shared ??= Buffer.allocUnsafeSlow(PIECE)
  if (size <= PIECE) return hashSmall(fd, shared)
  const hash = createHash('sha256')
  for (;;) {
    const n = readSync(fd, shared, 0, PIECE, null)
    if (n === 0) return finishDigest(hash)
    hash.update(shared.subarray(0, n))
    if (pace.due) await pace.breathe()
  }
}

/** One read for most files; the shared buffer is safe because nothing is awaited in between. */
function hashSmall(fd: number, buffer: Buffer): Digest {
  const first = readSync(fd, buffer, 0, PIECE, null)
  if (first < PIECE && readSync(fd, buffer, first, PIECE - first, null) === 0)
    return digestOf(buffer.subarray(0, first))
  const hash = createHash('sha256')
  for (let at = 0; ; ) {
    const n = readSync(fd, buffer, 0, PIECE, at)
    if (n === 0) return finishDigest(hash)
    hash.update(buffer.subarray(0, n))
    at += n
  }
}
