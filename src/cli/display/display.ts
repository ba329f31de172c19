import type { ProgressEvent } from '../../progress/index.ts'
import type { Clock, Terminal } from './terminal.ts'

export type DisplayMode = 'auto' | 'plain' | 'tty' | 'quiet'

/** Shows one build. */
export interface Display {
  /** To be handed on as the ProgressSink; bound. */
  readonly sink: (event: ProgressEvent) => void
  /**
   * The build's end, whether it succeeded or failed: finishes drawing, gives the terminal back and writes the summary,
   * or the last output of the steps that failed. Idempotent. Also to be called on signals, before exiting.
   */
  finish(): void
}

export interface DisplayOptions {
  readonly mode: DisplayMode
  readonly terminal: Terminal
  readonly clock?: Clock | undefined
}
