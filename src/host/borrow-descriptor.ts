import { closeSync } from 'node:fs'
import { callFailed } from './error.ts'
import { lastErrno, lazyCall } from './library.ts'
import { syscallNumber } from './syscall.ts'

const pidfdOpenCall = lazyCall('long syscall(long number, int pid, unsigned int flags)')
const pidfdGetfdCall = lazyCall('long syscall(long number, int pidfd, int fd, unsigned int flags)')

/** pidfd_getfd(2), Linux 5.6: another process's descriptor as one of this process, close-on-exec; the caller closes it. */
export function borrowDescriptor(pid: number, fd: number): number {
  const pidfd = pidfdOpenCall()(syscallNumber('pidfd_open'), pid, 0)
  if (pidfd < 0) throw callFailed('pidfd_open', `looking at process ${pid}`, lastErrno())
  try {
    const own = pidfdGetfdCall()(syscallNumber('pidfd_getfd'), pidfd, fd, 0)
    if (own < 0) throw callFailed('pidfd_getfd', `taking descriptor ${fd} of process ${pid}`, lastErrno())
    return own
  } finally {
    closeSync(pidfd)
  }
}
