import { rmdirSync, unlinkSync } from 'node:fs'
import { toFsPath } from '../../base/text.ts'
import { hostLstat, hostNames } from './host-entry.ts'

/** Removes a host path, a directory with all in it; follows no symlink; nothing there is fine. */
export function removeHostTree(host: string): void {
  const entry = hostLstat(host)
  if (!entry) return
  if (entry.type === 'dir') {
    for (const name of hostNames(host)) removeHostTree(`${host}/${name}`)
    rmdirSync(toFsPath(host))
  } else {
    unlinkSync(toFsPath(host))
  }
}
