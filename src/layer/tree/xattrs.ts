import { compareText } from '../../base/text.ts'
import { getXattr, listXattrs, removeXattr, setXattr } from '../../host/index.ts'
import { NO_XATTRS } from '../tar/entry.ts'

/**
 * Which xattrs belong to an image: `user.*`, `trusted.*` and of `security.*` only `capability`; overlay's own
 * (`trusted.overlay.*`, `user.overlay.*`) are the storage's, `system.*` and the other `security.*` are the host's.
 */
function isImageXattr(name: string): boolean {
  if (name.startsWith('security.')) return name === 'security.capability'
  if (name.startsWith('system.')) return false
  return !name.startsWith('trusted.overlay.') && !name.startsWith('user.overlay.')
}

/** The image's xattrs of a host path, sorted by name. */
export function readImageXattrs(hostPath: string): ReadonlyMap<string, Uint8Array> {
  const names = listXattrs(hostPath)
  if (names.length === 0) return NO_XATTRS
  const found = new Map<string, Uint8Array>()
  for (const name of names.filter(isImageXattr).sort(compareText)) {
    const value = getXattr(hostPath, name)
    if (value !== undefined) found.set(name, value)
  }
  return found
}

/** Makes the image's xattrs of a host path exactly these; names that do not belong to an image are left out. */
export function writeImageXattrs(hostPath: string, wanted: ReadonlyMap<string, Uint8Array>): void {
  for (const name of listXattrs(hostPath)) if (isImageXattr(name) && !wanted.has(name)) removeXattr(hostPath, name)
  addImageXattrs(hostPath, wanted)
}

/** `writeImageXattrs` for what has just been made and has none. */
export function addImageXattrs(hostPath: string, wanted: ReadonlyMap<string, Uint8Array>): void {
  for (const [name, value] of wanted) if (isImageXattr(name)) setXattr(hostPath, name, value)
}

export function sameXattrs(a: ReadonlyMap<string, Uint8Array>, b: ReadonlyMap<string, Uint8Array>): boolean {
  if (a.size !== b.size) return false
  for (const [name, value] of a) {
    const other = b.get(name)
    if (other === undefined || Buffer.compare(value, other) !== 0) return false
  }
  return true
}
