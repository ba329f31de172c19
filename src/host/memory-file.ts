import { closeSync, writeSync } from 'node:fs'
import { callFailed } from './error.ts'
import { lastErrno, lazyCall } from './library.ts'

const MFD_CLOEXEC = 1

const memfdCall = lazyCall('int memfd_create(const char *name, unsigned int flags)')

/**
 * memfd_create(2), close-on-exec: a file that lies in memory alone, holding `content`. The caller closes the descriptor; a
 * child that inherits it opens the file again as /proc/self/fd/<n>.
 */
export function openMemoryFile(name: string, content: string | Uint8Array = ''): number {
  const fd = memfdCall()(name, MFD_CLOEXEC)
  if (fd < 0) throw callFailed('memfd_create', 'making a file in memory', lastErrno())
  const bytes = Buffer.from(content)
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, at)
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}
