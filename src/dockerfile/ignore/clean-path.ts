/** Go's path.Clean: no empty and `.` elements, `..` resolved as far as can be, no slash at the end; `.` for nothing. */
export function cleanPath(path: string): string {
  const rooted = path.startsWith('/')
  const kept: string[] = []
  for (const element of path.split('/')) {
    if (element === '' || element === '.') continue
    if (element !== '..') kept.push(element)
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop()
    else if (!rooted) kept.push('..')
  }
  const cleaned = kept.join('/')
  if (rooted) return `/${cleaned}`
  return cleaned === '' ? '.' : cleaned
}
