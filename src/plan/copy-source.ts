import { posix } from 'node:path'
import type { CopySource } from './graph.ts'
import { resolveInside } from './workdir-instruction.ts'

/** With `--parents` what stands before the first `/./` is where names start to count; the rest says what to take. */
export function copySource(source: string, parents: boolean): CopySource {
  if (!parents) return plainSource(source, source)
  const pivot = source.indexOf('/./')
  const [start, rest] = pivot < 0 ? ['/', source] : [source.slice(0, pivot), source.slice(pivot + 3)]
  const root = plainSource(start, source)
  const pattern = cleaned(rest)
  const required = root.wildcard || hasWildcard(pattern) ? undefined : posix.join(root.pattern, pattern)
  return { ...root, below: { pattern, required } }
}

function plainSource(path: string, original: string): CopySource {
  const pattern = cleaned(path)
  return { pattern, wildcard: hasWildcard(pattern), original }
}

/** `..` ends at the root, of the build context too. */
function cleaned(path: string): string {
  return resolveInside('/', path.replace(/^\/+/, '')).slice(1)
}

function hasWildcard(pattern: string): boolean {
  return /[*?[]/.test(pattern.replace(/\\./gs, ''))
}
