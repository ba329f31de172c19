import { callFailed } from './error.ts'
import { lastErrno, lazyCall } from './library.ts'

/** asm-generic/ioctls.h, the same on x64 and arm64. */
const TCGETS = 0x5401
const TCSETSW = 0x5403
const TIOCSPGRP = 0x5410
const TIOCGWINSZ = 0x5413
const TIOCSWINSZ = 0x5414
const SIGTTOU = 22
const SIG_DFL = 0
const SIG_IGN = 1
/** More than the kernel's struct termios (36 bytes). */
const TERMIOS_BYTES = 64

const ioctlCall = lazyCall('int ioctl(int fd, unsigned long request, void *argument)')
const signalCall = lazyCall('intptr_t signal(int number, intptr_t handler)')
const getpgrpCall = lazyCall('int getpgrp()')

export interface WindowSize {
  readonly rows: number
  readonly columns: number
}

/** Undefined when the descriptor is no terminal, or one of unknown size. */
export function windowSizeOf(fd: number): WindowSize | undefined {
  const size = new Uint16Array(4)
  if (ioctlCall()(fd, TIOCGWINSZ, size) !== 0) return undefined
  const [rows = 0, columns = 0] = size
  return rows > 0 && columns > 0 ? { rows, columns } : undefined
}

/** Sets the size of a terminal, by either of its sides; what runs in the foreground gets SIGWINCH. */
export function setWindowSize(fd: number, { rows, columns }: WindowSize): void {
  const failed = ioctlCall()(fd, TIOCSWINSZ, new Uint16Array([rows, columns, 0, 0])) !== 0
  if (failed) throw callFailed('ioctl', 'setting the size of a terminal', lastErrno())
}

/**
 * Remembers a terminal's settings (termios(3)). The function given sets them again and puts this process into the
 * foreground, whoever was put there since; it does nothing when the descriptor was no terminal or is gone.
 */
export function rememberTerminal(fd: number): () => void {
  const settings = new Uint8Array(TERMIOS_BYTES)
  if (ioctlCall()(fd, TCGETS, settings) !== 0) return () => undefined
  return () => {
    // A process in the background that touches its terminal is stopped unless it ignores this signal.
    signalCall()(SIGTTOU, SIG_IGN)
    ioctlCall()(fd, TIOCSPGRP, new Int32Array([getpgrpCall()()]))
    ioctlCall()(fd, TCSETSW, settings)
    signalCall()(SIGTTOU, SIG_DFL)
  }
}
