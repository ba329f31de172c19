import { createHash } from 'node:crypto'
import { closeSync, fstatSync, readSync, writeSync } from 'node:fs'
import type { Pace } from '../../base/pace.ts'
import type { TreeView } from '../../layer/index.ts'
import { type Digest, digestOf, finishDigest } from '../../oci/index.ts'
import type { FileStamp } from '../../store/index.ts'
import { sameVersion, stampOf } from '../context-tree.ts'
import { engineError } from '../errors.ts'
import { expectedStamp, type SelectionDigests } from './selection-digests.ts'

const PIECE = 1024 * 1024

/** An open file of a selection, in the version that the build has seen at first. */
export class SourceFile implements Disposable {
  readonly path: string
  readonly fd: number
  readonly stamp: FileStamp

  private constructor(path: string, fd: number, stamp: FileStamp) {
    this.path = path
    this.fd = fd
    this.stamp = stamp
  }

  /** Throws `ENGINE_CONTEXT_CHANGED` when it is not what the build has seen. */
  static open(tree: TreeView, path: string): SourceFile {
    const fd = tree.open(path)
    const found = fstatSync(fd, { bigint: true })
    const expected = expectedStamp(tree, path)
    if (!expected || sameVersion(expected, found)) return new SourceFile(path, fd, expected ?? stampOf(found))
    closeSync(fd)
    throw changedWhileBuilding(path)
  }

  get size(): number {
    return Number(this.stamp.size)
  }

  /** Throws `ENGINE_CONTEXT_CHANGED` when somebody has written to the file since. */
  assertUnchanged(): void {
    if (!sameVersion(this.stamp, fstatSync(this.fd, { bigint: true }))) throw changedWhileBuilding(this.path)
  }

  [Symbol.dispose](): void {
    closeSync(this.fd)
  }
}

export function changedWhileBuilding(path: string): Error {
  return engineError('ENGINE_CONTEXT_CHANGED', `copying ${path.slice(1)}: the file changed while building`, {
    hint: 'Something writes into the build context; stop it, or keep its files out with .dockerignore.',
    facts: { path: path.slice(1) },
  })
}

let shared: Buffer | undefined

/**
 * Reads a file once: hashes it, writes it to `target` (a descriptor) when given, and adds its digest. What is written is
 * what was hashed, whoever else writes to the file.
 */
export async function readFileOnce(
  file: SourceFile,
  digests: SelectionDigests,
  pace: Pace,
  target?: number,
): Promise<void> {
  const hashedAtMs = Date.now()
  const { size } = file
  shared ??= Buffer.allocUnsafeSlow(PIECE)
  const digest = size < PIECE ? readSmall(file, size, shared, target) : await readLarge(file, pace, target)
  digests.add(file.path, { stamp: file.stamp, digest, hashedAtMs })
}

/** One read; the shared buffer is safe because nothing is awaited in between. A byte more than there should be is a change. */
function readSmall(file: SourceFile, size: number, buffer: Buffer, target: number | undefined): Digest {
  if (readSync(file.fd, buffer, 0, size + 1, null) !== size) throw changedWhileBuilding(file.path)
  const bytes = buffer.subarray(0, size)
  if (target !== undefined) writeAll(target, bytes)
  return digestOf(bytes)
}

async function readLarge(file: SourceFile, pace: Pace, target: number | undefined): Promise<Digest> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafeSlow(PIECE)
  for (;;) {
    const bytes = buffer.subarray(0, readSync(file.fd, buffer, 0, PIECE, null))
    if (bytes.length === 0) break
    hash.update(bytes)
    if (target !== undefined) writeAll(target, bytes)
    if (pace.due) await pace.breathe()
  }
  file.assertUnchanged()
  return finishDigest(hash)
}

function writeAll(target: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(target, bytes, written)
}
