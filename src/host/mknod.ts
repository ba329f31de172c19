import { callFailed } from './error.ts'
import { lastErrno } from './library.ts'
import { toNative } from './path.ts'
import { AT_FDCWD, mknodatCall, syscallNumber } from './syscall.ts'

const TYPE_BITS = { fifo: 0o010000, char: 0o020000, block: 0o060000, socket: 0o140000 } as const

export type NodeType = keyof typeof TYPE_BITS

/**
 * mknod(2): makes a fifo, socket or device; nothing that exists is replaced. The umask takes bits off `mode`
 * (0o0000-0o7777), so that a caller who wants it exact sets it afterwards.
 */
export function makeNode(
  path: string,
  type: NodeType,
  mode: number,
  device: readonly [major: number, minor: number] = [0, 0],
): void {
  const result = mknodatCall()(
    syscallNumber('mknodat'),
    AT_FDCWD,
    toNative(path),
    TYPE_BITS[type] | mode,
    encodeDevice(device),
  )
  if (result !== 0) throw callFailed('mknod', `making ${type} ${path}`, lastErrno(), path)
}

/** linux/kdev_t.h new_encode_dev: the 32-bit form that the system call takes. */
function encodeDevice([major, minor]: readonly [number, number]): number {
  return ((minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xff) << 12)) >>> 0
}

/** `rdev` or `dev` of node:fs (glibc's dev_t, which libuv passes on) as `[major, minor]`. */
export function splitDevice(device: number | bigint): [major: number, minor: number] {
  const dev = BigInt(device)
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n)
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n)
  return [Number(major), Number(minor)]
}
