import { formatSize } from '../../base/size.ts'
import type { CliIo } from '../io.ts'

/** Says on standard error when a layer starts and ends to move, a line each, as docker pull does without a terminal. */
export function transferPrinter(io: CliIo, quiet = false) {
  const seen = new Set<string>()
  return (item: string, action: string, currentBytes: number, totalBytes?: number, done?: boolean): void => {
    if (quiet) return
    const key = `${item} ${action}${done ? ' done' : ''}`
    if (seen.has(key)) return
    seen.add(key)
    io.stderr.write(
      `${item}: ${action}${done ? ` done ${formatSize(currentBytes)}` : totalBytes ? ` ${formatSize(totalBytes)}` : ''}\n`,
    )
  }
}
