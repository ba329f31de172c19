import { createRequire } from 'node:module'
import type { LibraryHandle } from 'koffi'
import { TareError } from '../base/error.ts'
import type { HostErrorCode } from './error.ts'

type Koffi = typeof import('koffi')

/** A C function; buffers are passed as pointers, well-formed strings as NUL-terminated UTF-8. */
export interface NativeFunction {
  (...args: readonly unknown[]): number
  readonly async: (...args: readonly unknown[]) => void
}

let koffi: Koffi | undefined
let libc: LibraryHandle | undefined

/** koffi takes some 10 ms to load, so that nothing may load it before the first call that needs it. */
function openLibc(): LibraryHandle {
  assertLinux()
  koffi ??= loadKoffi()
  libc ??= koffi.load(null)
  return libc
}

/** Its binary for this machine is a package of its own; asking for that at once takes half the time of koffi's search for it. */
function loadKoffi(): Koffi {
  const require = createRequire(import.meta.url)
  try {
    const binary = createRequire(require.resolve('koffi'))(`@koromix/koffi-linux-${process.arch}`) as Partial<Koffi>
    if (binary.load && binary.errno) return binary as Koffi
  } catch {
    // koffi knows more places and says what is missing.
  }
  return require('koffi') as Koffi
}

/** Throws `HOST_UNSUPPORTED` anywhere but on Linux on x64 and arm64. */
export function assertLinux(): void {
  if (process.platform === 'linux' && (process.arch === 'x64' || process.arch === 'arm64')) return
  throw new TareError<HostErrorCode>(
    'HOST_UNSUPPORTED',
    `calling the kernel: expected Linux on x64 or arm64, got ${process.platform} on ${process.arch}`,
    { hint: 'Builds and runs need Linux; parsing, checking and analysing work here too.' },
  )
}

/** A libc function by its C declaration, looked up at its first call. */
export function lazyCall(declaration: string): () => NativeFunction {
  let found: NativeFunction | undefined
  return () => {
    found ??= openLibc().func(declaration) as unknown as NativeFunction
    return found
  }
}

/** errno of the last call on this thread, or of the asynchronous call whose callback is running. */
export function lastErrno(): number {
  return koffi?.errno() ?? 0
}
