import { constants } from 'node:os'
import { decodeText } from '../base/text.ts'
import { callFailed } from './error.ts'
import { lastErrno, lazyCall, type NativeFunction } from './library.ts'
import { toNative } from './path.ts'

const getCall = lazyCall('long lgetxattr(const char *path, const char *name, void *value, size_t size)')
const setCall = lazyCall('int lsetxattr(const char *path, const char *name, const void *value, size_t size, int flags)')
const listCall = lazyCall('long llistxattr(const char *path, void *list, size_t size)')
const removeCall = lazyCall('int lremovexattr(const char *path, const char *name)')

/** Compared as numbers: an absent attribute is the usual case, and making an error for it costs 15 us. */
const { ENODATA, ENOTSUP, ERANGE } = constants.errno

/** The kernel's XATTR_SIZE_MAX and XATTR_LIST_MAX. */
const MOST = 65_536
const first = Buffer.alloc(4096)

/** The names of all extended attributes (lossless text), unsorted; none where the file system has none. Follows no symlink. */
export function listXattrs(path: string): string[] {
  // Nearly all files of nearly all trees have none.
  if (listCall()(toNative(path), first, first.length) === 0) return []
  const bytes = readSized({ name: 'llistxattr', doing: `listing xattrs of ${path}`, path, call: listCall, args: [] })
  if (bytes === undefined || bytes.length === 0) return []
  return decodeText(bytes.subarray(0, -1)).split('\0')
}

/** The value of an extended attribute, undefined when it is not there. Follows no symlink. */
export function getXattr(path: string, name: string): Uint8Array | undefined {
  return readSized({
    name: 'lgetxattr',
    doing: `reading xattr ${name} of ${path}`,
    path,
    call: getCall,
    args: [toNative(name)],
  })
}

/** Sets or replaces an extended attribute. Follows no symlink. */
export function setXattr(path: string, name: string, value: Uint8Array): void {
  const result = setCall()(toNative(path), toNative(name), value.length === 0 ? first : value, value.length, 0)
  if (result !== 0) throw callFailed('lsetxattr', `setting xattr ${name} of ${path}`, lastErrno(), path)
}

/** Takes an extended attribute away; one that is not there is fine. Follows no symlink. */
export function removeXattr(path: string, name: string): void {
  if (removeCall()(toNative(path), toNative(name)) === 0) return
  const errno = lastErrno()
  if (errno !== ENODATA) throw callFailed('lremovexattr', `removing xattr ${name} of ${path}`, errno, path)
}

interface Reading {
  readonly name: string
  readonly doing: string
  readonly path: string
  readonly call: () => NativeFunction
  readonly args: readonly unknown[]
}

/** Reads into a small shared buffer, and into the largest there can be when that was too small. Undefined: no such attribute. */
function readSized(reading: Reading, into: Buffer = first): Buffer | undefined {
  const length = reading.call()(toNative(reading.path), ...reading.args, into, into.length)
  if (length >= 0) return Buffer.from(into.subarray(0, length))
  const errno = lastErrno()
  if (errno === ENODATA || errno === ENOTSUP) return undefined
  if (errno === ERANGE && into === first) return readSized(reading, Buffer.allocUnsafeSlow(MOST))
  throw callFailed(reading.name, reading.doing, errno, reading.path)
}
