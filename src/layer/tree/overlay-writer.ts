import type { TreeView, TreeWriter } from '../tree.ts'

export interface OverlayWriterOptions {
  /** Host path of the existing overlay upper directory. */
  readonly upper: string
  /** What lies below: `openStackTree`; undefined for an empty root. */
  readonly lower: TreeView | undefined
  /** The `user.overlay.` spelling (overlay mounted with userxattr). */
  readonly userXattr?: boolean | undefined
}

/** A TreeWriter on host directories. */
export interface OverlayWriter extends TreeWriter {
  /**
   * Takes away what is at `path` in the writable directory (whiteouts too) and returns the host path where the caller
   * then makes a file or another non-directory (O_EXCL, O_NOFOLLOW); the parents are made real first.
   */
  place(path: string): string
  /** Forgets what is known of the writable directory; call after anybody else (a RUN) has changed it. */
  refresh(): void
}

/** Writes into an overlay upper directory the way the kernel's overlay would. */
export function openOverlayWriter(_options: OverlayWriterOptions): OverlayWriter {
  throw new Error('being written')
}
