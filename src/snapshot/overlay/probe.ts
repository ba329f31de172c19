import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { messageOf, TareError } from '../../base/error.ts'
import { fileSystemOf, mount, unmount } from '../../host/index.ts'
import type { SnapshotErrorCode } from '../error.ts'
import { removeDirectory } from './remove-directory.ts'

/**
 * Makes a real overlay mount in the file system of `directory`, writes through it and takes it away. Throws
 * `SNAPSHOT_OVERLAY_UNAVAILABLE`, which says what is missing.
 */
export async function probeOverlay(directory: string): Promise<void> {
  const place = `${directory}/probe-${randomBytes(6).toString('hex')}`
  try {
    for (const name of ['', '/lower', '/upper', '/work', '/root']) mkdirSync(place + name, { recursive: true })
    const layers = `lowerdir=${place}/lower,upperdir=${place}/upper,workdir=${place}/work`
    const data = `redirect_dir=off,metacopy=off,index=off,${layers}`
    mount({ source: 'overlay', target: `${place}/root`, type: 'overlay', data })
    try {
      writeFileSync(`${place}/root/file`, 'x')
    } finally {
      unmount(`${place}/root`, { detach: true })
    }
  } catch (error) {
    throw unavailable(directory, error)
  } finally {
    await removeDirectory(place)
  }
}

function unavailable(directory: string, cause: unknown): TareError<SnapshotErrorCode> {
  const root = process.geteuid?.() === 0
  const hint = root
    ? `Overlay mounts need CAP_SYS_ADMIN and a file system such as ext4 or xfs (this is ${fileSystemOf(directory).name}): point $TARE_ROOT there.`
    : 'Tare needs to run as root for this.'
  return new TareError<SnapshotErrorCode>('SNAPSHOT_OVERLAY_UNAVAILABLE', `mounting an overlay: ${messageOf(cause)}`, {
    cause,
    hint,
  })
}
