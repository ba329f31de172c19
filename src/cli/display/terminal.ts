/** Where a display draws. The real one is standard error; tests have a fake one. */
export interface Terminal {
  readonly isTty: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  /** Cells; 80 x 24 when unknown. May change between calls. */
  size(): { readonly columns: number; readonly rows: number }
  write(text: string): void
  /** Calls back after each change of size until the returned function is called. */
  onResize(callback: () => void): () => void
  /** Calls back when the process exits, whichever way it can notice, until the returned function is called. */
  onExit(callback: () => void): () => void
}

/** Time as displays need it, so that tests can drive it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls back once, after `ms`; never keeps the process alive. The returned function cancels. */
  after(ms: number, callback: () => void): () => void
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

export function terminalOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): Terminal {
  return {
    isTty: stream.isTTY === true,
    env,
    size: () => ({ columns: stream.columns || 80, rows: stream.rows || 24 }),
    write: text => {
      stream.write(text)
    },
    onResize(callback) {
      stream.on('resize', callback)
      return () => stream.off('resize', callback)
    },
    onExit(callback) {
      process.on('exit', callback)
      return () => process.off('exit', callback)
    },
  }
}
