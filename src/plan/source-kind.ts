/** What ADD fetches instead of copying. */
export function isUrl(source: string): boolean {
  return /^https?:\/\//i.test(source)
}

/** What ADD clones: git's own schemes, `user@host:path`, GitHub's short form, and web addresses ending in `.git`. */
export function isGitSource(source: string): boolean {
  const withoutRef = source.split('#', 1)[0] ?? ''
  if (/^(git|ssh|git\+[a-z]+):\/\//i.test(source) || /^github\.com\//i.test(source)) return true
  if (/^[\w.-]+@[\w.-]+:(?!\/\/)/.test(source)) return true
  return isUrl(source) && /\.git(\?.*)?$/i.test(withoutRef)
}
