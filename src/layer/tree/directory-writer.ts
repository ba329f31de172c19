import type { OverlayWriter } from './overlay-writer.ts'

/** Writes straight into a plain host directory (the copy snapshotter's working tree). */
export function openDirectoryWriter(_hostDir: string): OverlayWriter {
  throw new Error('being written')
}
