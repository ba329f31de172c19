/**
 * A name in an archive in its one form, `blobs/sha256/...`: without `./` and doubled or trailing slashes. Undefined for
 * a name that is absolute, climbs out, or is not plain text.
 */
export function cleanArchiveName(name: string): string | undefined {
  if (name.startsWith('/') || !/^[^\u0000-\u001f\u007f\ud800-\udfff]*$/u.test(name)) return undefined
  const parts = name.split('/').filter(part => part !== '' && part !== '.')
  return parts.includes('..') ? undefined : parts.join('/')
}

/** Where a symlink at `name` points within the archive; undefined when outside. */
export function resolveArchiveLink(name: string, target: string): string | undefined {
  if (target.startsWith('/')) return undefined
  const parts = name.split('/').slice(0, -1)
  for (const part of target.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.join('/')
}
