import { closeSync, readFileSync, readSync } from 'node:fs'
import { openMemoryFile } from '../host/index.ts'

/**
 * A file in memory holding `content`: a killed process leaves nothing of it, and no byte gets on a disk. The caller closes
 * the descriptor. A child opens it as /proc/self/fd/<n>.
 */
export function openScratchFile(content: string | Uint8Array = ''): number {
  return openMemoryFile('tare', content)
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
