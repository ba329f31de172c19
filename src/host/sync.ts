import { callFailed } from './error.ts'
import { lastErrno, lazyCall } from './library.ts'

const syncfsCall = lazyCall('int syncfs(int fd)')

/** syncfs(2): makes everything durable that was written to the file system of `fd`. Runs beside the event loop. */
export function syncFileSystem(fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    syncfsCall().async(fd, (error: unknown, result: number) => {
      if (error) reject(error)
      else if (result !== 0) reject(callFailed('syncfs', 'syncing a file system', lastErrno()))
      else resolve()
    })
  })
}
