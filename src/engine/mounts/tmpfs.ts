import type { PlannedTmpfs } from '../../plan/index.ts'
import type { MountSource } from './mount-source.ts'

const EVERYBODY_STICKY = 0o1777

/** An empty directory in memory, with the mode of the directory that it lies over. */
export function tmpfsSource({ target, size, readOnly }: PlannedTmpfs): MountSource {
  return {
    target,
    isFile: false,
    tree: { readOnly, lstat: () => undefined, readlink: () => '' },
    pointMode: EVERYBODY_STICKY,
    place: (destination, mode) => ({ type: 'tmpfs', destination, size, readOnly, mode }),
  }
}
