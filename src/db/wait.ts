import { isBusy } from './error.ts'

const PATIENCE_MS = 60_000
const cell = new Int32Array(new SharedArrayBuffer(4))

/**
 * Runs `work` again for as long as SQLite says that others are at it, up to a minute, with growing, random pauses (the
 * longest 50 ms) so that a crowd of processes gets out of step. Synchronous, like everything of the database.
 */
export function retryWhileBusy<T>(work: () => T): T {
  const deadline = performance.now() + PATIENCE_MS
  for (let pause = 1; ; pause = Math.min(50, pause * 2)) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error
    }
    Atomics.wait(cell, 0, 0, pause * (0.5 + Math.random()))
  }
}
