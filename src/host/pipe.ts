import { callFailed } from './error.ts'
import { lastErrno, lazyCall } from './library.ts'
import { O_CLOEXEC } from './open.ts'

const pipeCall = lazyCall('int pipe2(int *fds, int flags)')

/**
 * pipe2(2), close-on-exec; the caller closes both ends. What Node gives a child as a pipe is a socket, which the child
 * cannot open again as /dev/stdout.
 */
export function openPipe(): { readonly read: number; readonly write: number } {
  const fds = new Int32Array(2)
  if (pipeCall()(fds, O_CLOEXEC) !== 0) throw callFailed('pipe2', 'making a pipe', lastErrno())
  return { read: fds[0] as number, write: fds[1] as number }
}
