import type { ChildProcess } from 'node:child_process'
import { closeSync, readdirSync, readlinkSync } from 'node:fs'
import { borrowDescriptor, rememberTerminal, setWindowSize, windowSizeOf } from '../host/index.ts'
import { firstOf } from './running-process.ts'

const STDIN = 0

/** For one run: tells of changes of size; the caller's terminal is afterwards as it was, also when the process exits first. */
export function holdTerminal(child: ChildProcess, onResize?: (pid: number) => void): Disposable {
  const restore = rememberTerminal(STDIN)
  const resized = (): void => {
    const pid = firstOf(child)
    if (pid !== undefined) onResize?.(pid)
  }
  process.on('exit', restore)
  process.on('SIGWINCH', resized)
  return {
    [Symbol.dispose]: () => {
      process.off('SIGWINCH', resized)
      process.off('exit', restore)
      restore()
    },
  }
}

/** Gives the terminal that a runtime made and holds the other side of the size of the caller's. */
export function resizeConsole(runtime: number): void {
  const size = windowSizeOf(STDIN)
  const held = consoleOf(runtime)
  if (size === undefined || held === undefined) return
  const fd = borrowDescriptor(runtime, held)
  try {
    setWindowSize(fd, size)
  } finally {
    closeSync(fd)
  }
}

function consoleOf(pid: number): number | undefined {
  try {
    const directory = `/proc/${pid}/fd`
    const found = readdirSync(directory).find(fd => readlinkSync(`${directory}/${fd}`).endsWith('/ptmx'))
    return found === undefined ? undefined : Number(found)
  } catch {
    // It is about to end.
    return undefined
  }
}
