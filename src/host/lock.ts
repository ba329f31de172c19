import { setTimeout as delay } from 'node:timers/promises'
import { callFailed, systemErrorName } from './error.ts'
import { lastErrno, lazyCall } from './library.ts'

const LOCK = { shared: 1, exclusive: 2 } as const
const LOCK_NB = 4
const LOCK_UN = 8

export type LockKind = keyof typeof LOCK

const flockCall = lazyCall('int flock(int fd, int operation)')

/** flock(2) without waiting: false when somebody else has it. The lock falls with the last copy of the open file. */
export function tryLock(fd: number, kind: LockKind = 'exclusive'): boolean {
  if (flock(fd, LOCK[kind] | LOCK_NB)) return true
  const error = callFailed('flock', 'locking a file', lastErrno())
  if (systemErrorName(error) === 'EAGAIN') return false
  throw error
}

export function unlock(fd: number): void {
  if (!flock(fd, LOCK_UN)) throw callFailed('flock', 'unlocking a file', lastErrno())
}

/**
 * Waits for the lock. It asks again at growing intervals (2-50 ms) instead of blocking in the kernel: a blocked call
 * would hold one of libuv's four threads, could not be aborted, and four of them would stop all file access.
 */
export async function waitForLock(fd: number, kind: LockKind = 'exclusive', signal?: AbortSignal): Promise<void> {
  for (let pause = 2; !tryLock(fd, kind); pause = Math.min(50, pause * 2)) {
    await delay(pause * (0.5 + Math.random()), undefined, signal ? { signal } : {})
  }
}

function flock(fd: number, operation: number): boolean {
  return flockCall()(fd, operation) === 0
}
