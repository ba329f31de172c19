import { lazyCall } from './library.ts'

/** Calls for which older libcs have no function. Numbers of asm/unistd_64.h (x64) and asm-generic/unistd.h (arm64). */
const NUMBERS = {
  mknodat: { x64: 259, arm64: 33 },
  renameat2: { x64: 316, arm64: 276 },
  pidfd_open: { x64: 434, arm64: 434 },
  openat2: { x64: 437, arm64: 437 },
  pidfd_getfd: { x64: 438, arm64: 438 },
} as const

export type SyscallName = keyof typeof NUMBERS

/** The call's number on this machine. */
export function syscallNumber(name: SyscallName): number {
  return NUMBERS[name][process.arch as 'x64' | 'arm64']
}

export const AT_FDCWD = -100

export const mknodatCall = lazyCall(
  'long syscall(long number, int dirfd, const char *path, unsigned int mode, unsigned int device)',
)
export const renameat2Call = lazyCall(
  'long syscall(long number, int olddirfd, const char *oldpath, int newdirfd, const char *newpath, unsigned int flags)',
)
export const openat2Call = lazyCall(
  'long syscall(long number, int dirfd, const char *path, const void *how, size_t size)',
)
