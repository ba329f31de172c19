import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from './temp-folder.ts'

/** A real ext4 file system of its own that can be filled. Needs root, mkfs.ext4 and loop devices. */
export interface SmallDisk extends Disposable {
  readonly path: string
  /** Takes all the space that is left. */
  fill(): void
  /** Gives it back. */
  free(): void
  setReadOnly(readOnly: boolean): void
}

export function openSmallDisk(megabytes: number): SmallDisk {
  const folder = tempFolder()
  const [image, path] = [join(folder.path, 'image'), join(folder.path, 'disk')]
  writeFileSync(image, '')
  truncateSync(image, megabytes * 1024 * 1024)
  execFileSync('mkfs.ext4', ['-q', '-F', '-m', '0', image])
  mkdirSync(path)
  execFileSync('mount', ['-o', 'loop', image, path])
  const filler = join(path, 'filler')
  return {
    path,
    fill() {
      const chunk = Buffer.alloc(64 * 1024)
      try {
        for (;;) writeFileSync(filler, chunk, { flag: 'a' })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
      execFileSync('sync', ['-f', path])
    },
    free: () => rmSync(filler, { force: true }),
    setReadOnly: readOnly => {
      execFileSync('mount', ['-o', `remount,${readOnly ? 'ro' : 'rw'}`, path])
    },
    [Symbol.dispose]() {
      execFileSync('umount', [path])
      folder[Symbol.dispose]()
    },
  }
}
