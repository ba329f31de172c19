import { fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs'
import { callFailed, systemErrorName } from './error.ts'
import { lastErrno, lazyCall } from './library.ts'

/** Pieces small enough that the event loop is not held up for long. */
const PIECE = 8 * 1024 * 1024
/** Up to here read and write are as fast as the native calls. */
const SMALL = 64 * 1024
const FICLONE = 0x40049409
const SEEK_DATA = 3
const SEEK_HOLE = 4

const ioctlCall = lazyCall('int ioctl(int fd, unsigned long request, int source)')
const copyRangeCall = lazyCall(
  'long copy_file_range(int in, void *offIn, int out, void *offOut, size_t length, unsigned int flags)',
)
const seekCall = lazyCall('int64_t lseek(int fd, int64_t offset, int whence)')

/** What did not work between two file systems is not tried again with the next file: pass one of these along. */
export interface CopyMemory {
  clone: boolean
  range: boolean
}

export function newCopyMemory(): CopyMemory {
  return { clone: true, range: true }
}

/**
 * Copies a regular file's first `size` bytes into the empty file `target`, by sharing its blocks (FICLONE), else in the
 * kernel, else through a buffer. Holes stay holes. Yields the bytes copied so far after every piece of 8 MiB at most, so
 * that an asynchronous caller can let others run; ends with the number of bytes copied, which is less than `size` only
 * when the source has become shorter. Throws `HOST_CALL_FAILED` or node:fs errors (`ENOSPC` ...).
 */
export function* copyFilePieces(
  source: number,
  target: number,
  size: number,
  memory = newCopyMemory(),
): Generator<number, number> {
  if (size <= SMALL) return copyThroughBuffer(source, target, 0, size, pieceBuffer())
  if (memory.clone && cloneWhole(source, target, memory)) return cutToSize(target, size)
  let copied = 0
  for (const extent of dataExtents(source, size)) {
    let at = extent.start
    while (at < extent.end) {
      const moved = copyPiece(source, target, at, Math.min(PIECE, extent.end - at), memory)
      if (moved === 0) return at
      at += moved
      yield at
    }
    copied = extent.end
  }
  if (copied < size) copied = extendOver(source, target, size)
  return copied
}

/** `copyFilePieces` in one go. */
export function copyFileInto(source: number, target: number, size: number, memory = newCopyMemory()): number {
  const pieces = copyFilePieces(source, target, size, memory)
  for (;;) {
    const step = pieces.next()
    if (step.done) return step.value
  }
}

/** Shares all blocks of `source` with `target`; false where the file systems cannot. */
export function cloneFile(source: number, target: number): boolean {
  if (ioctlCall()(target, FICLONE, source) === 0) return true
  const error = callFailed('ioctl', 'cloning a file', lastErrno())
  if (cannot(error) || systemErrorName(error) === 'ENOTTY') return false
  throw error
}

function cloneWhole(source: number, target: number, memory: CopyMemory): boolean {
  memory.clone = cloneFile(source, target)
  return memory.clone
}

/** FICLONE takes the source as long as it is now; the caller asked for `size` bytes. */
function cutToSize(target: number, size: number): number {
  const length = fstatSync(target).size
  if (length > size) ftruncateSync(target, size)
  return Math.min(length, size)
}

/** A last hole is made by setting the length. */
function extendOver(source: number, target: number, size: number): number {
  const length = Math.min(size, fstatSync(source).size)
  if (fstatSync(target).size < length) ftruncateSync(target, length)
  return length
}

interface Extent {
  readonly start: number
  readonly end: number
}

/** The parts of a file that hold data: one unless it takes less room than its length. */
function* dataExtents(fd: number, size: number): Generator<Extent> {
  if (fstatSync(fd).blocks * 512 >= size) {
    yield { start: 0, end: size }
    return
  }
  let end = 0
  while (end < size) {
    const start = seek(fd, end, SEEK_DATA)
    if (start === undefined || start >= size) return
    end = Math.min(size, seek(fd, start, SEEK_HOLE) ?? size)
    yield { start, end }
  }
}

/** Undefined when there is no such place any more. */
function seek(fd: number, offset: number, whence: number): number | undefined {
  const found = seekCall()(fd, offset, whence)
  if (found >= 0) return found
  const error = callFailed('lseek', 'looking for the holes of a file', lastErrno())
  if (systemErrorName(error) === 'ENXIO') return undefined
  throw error
}

/** Copies up to `length` bytes at `at`; 0 at the end of the source. */
function copyPiece(source: number, target: number, at: number, length: number, memory: CopyMemory): number {
  if (memory.range) {
    const moved = copyRange(source, target, at, length)
    if (moved > 0) return moved
    if (moved < 0) memory.range = false
  }
  const buffer = pieceBuffer()
  return copyThroughBuffer(source, target, at, Math.min(length, buffer.length), buffer)
}

/** -1 where the file systems cannot. A 0 is not believed by the caller: some kernels say it of files that have no end. */
function copyRange(source: number, target: number, at: number, length: number): number {
  const offsets = [new BigInt64Array([BigInt(at)]), new BigInt64Array([BigInt(at)])] as const
  const moved = copyRangeCall()(source, offsets[0], target, offsets[1], length, 0)
  if (moved >= 0) return moved
  const error = callFailed('copy_file_range', 'copying a file', lastErrno())
  if (cannot(error)) return -1
  throw error
}

function cannot(error: unknown): boolean {
  return ['EXDEV', 'EINVAL', 'ENOTSUP', 'ENOSYS', 'EPERM', 'ETXTBSY'].includes(systemErrorName(error) ?? '')
}

let shared: Buffer | undefined

function pieceBuffer(): Buffer {
  shared ??= Buffer.allocUnsafeSlow(1024 * 1024)
  return shared
}

/** Returns the bytes copied, fewer than `length` only at the end of the source. */
function copyThroughBuffer(source: number, target: number, at: number, length: number, buffer: Uint8Array): number {
  let filled = 0
  while (filled < length) {
    const read = readSync(source, buffer, filled, length - filled, at + filled)
    if (read === 0) break
    filled += read
  }
  for (let written = 0; written < filled; )
    written += writeSync(target, buffer, written, filled - written, at + written)
  return filled
}
