import { readdirSync } from 'node:fs'
import { lazyCall } from './library.ts'

const F_SETFD = 2
const FD_CLOEXEC = 1
const STANDARD_STREAMS = 3

const fcntlCall = lazyCall('int fcntl(int fd, int command, int argument)')

let done = false

/**
 * Keeps descriptors that this process was started with (a job server's, a file with a secret) from its children. Node
 * marks those it opens itself; what a child is to have is handed to it by number. Once for all.
 */
export function keepInheritedDescriptors(): void {
  if (done) return
  done = true
  // One of them is the listing's own and closed by now: that it cannot be marked does not matter.
  for (const name of readdirSync('/proc/self/fd'))
    if (Number(name) >= STANDARD_STREAMS) fcntlCall()(Number(name), F_SETFD, FD_CLOEXEC)
}
