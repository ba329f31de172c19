import { randomBytes } from 'node:crypto'
import { closeSync, constants, openSync, readFileSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { errnoOf } from '../base/error.ts'

/** open(2): the file has no name, so that a killed process leaves nothing. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY

/** A nameless file in `directory` holding `text`; the caller closes the descriptor. A child opens it as /proc/self/fd/<n>. */
export function openScratchFile(directory: string, text = ''): number {
  const fd = openNameless(directory)
  if (text) writeSync(fd, text)
  return fd
}

function openNameless(directory: string): number {
  try {
    return openSync(directory, O_TMPFILE | constants.O_RDWR, 0o600)
  } catch (error) {
    if (!['EOPNOTSUPP', 'ENOTSUP', 'EISDIR', 'EINVAL'].includes(errnoOf(error) ?? '')) throw error
    const path = `${directory}/scratch-${randomBytes(8).toString('hex')}`
    const fd = openSync(path, 'wx+', 0o600)
    unlinkSync(path)
    return fd
  }
}

/** What was written to a scratch file so far, by whomever; at most 64 KiB. */
export function readScratchFile(fd: number): string {
  const buffer = Buffer.alloc(65536)
  return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, 0))
}

export function closeAll(fds: readonly number[]): void {
  for (const fd of fds) closeSync(fd)
}

/** The process's number as its own /proc counts it: what a child sees as its parent there. */
export function ownProcessNumber(): string {
  return /^\S+/.exec(readFileSync('/proc/self/stat', 'latin1'))?.[0] ?? String(process.pid)
}
