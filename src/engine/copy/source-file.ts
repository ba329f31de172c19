import { createHash } from 'node:crypto'
import { closeSync, fstatSync, readSync, writeSync } from 'node:fs'
import type { Pace } from '../../base/pace.ts'
import type { TreeView } from '../../layer/index.ts'
import { digestOf, finishDigest } from '../../oci/index.ts'
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

/** Up to here a file is read in one go, and hashing it takes little longer than looking for its digest. */
export const SMALL_FILE = 64 * 1024

let shared: Buffer | undefined

/**
 * A small file's bytes, until the next call; adds its digest unless it is known. A byte more or less than there should be
 * is a change: `ENGINE_CONTEXT_CHANGED`.
 */
export function readSmall(file: SourceFile, digests: SelectionDigests): Uint8Array {
  shared ??= Buffer.allocUnsafeSlow(SMALL_FILE + 1)
  const hashedAtMs = Date.now()
  if (readSync(file.fd, shared, 0, file.size + 1, null) !== file.size) throw changedWhileBuilding(file.path)
  const bytes = shared.subarray(0, file.size)
  if (digests.get(file.path) === undefined)
    digests.add(file.path, { stamp: file.stamp, digest: digestOf(bytes), hashedAtMs })
  else file.assertUnchanged()
  return bytes
}

/**
 * Reads a file once: hashes it, writes it to `target` (a descriptor) when given, and adds its digest. Throws
 * `ENGINE_CONTEXT_CHANGED` when somebody writes to it meanwhile.
 */
export async function readFileOnce(
  file: SourceFile,
  digests: SelectionDigests,
  pace: Pace,
  target?: number,
): Promise<void> {
  const hashedAtMs = Date.now()
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
  digests.add(file.path, { stamp: file.stamp, digest: finishDigest(hash), hashedAtMs })
}

function writeAll(target: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(target, bytes, written)
}
