import { compileIgnore, type IgnoreMatcher } from '../../dockerfile/index.ts'
import type { ContextFile, ProposedPattern } from '../../record/index.ts'
import { suspectsFor } from './suspects.ts'
import { unusedPaths } from './unused-paths.ts'

/** More lines than this nobody reviews; the largest are named. */
const MOST_LINES = 40

/**
 * Lines to add at the end of the ignore file. What no step takes comes first and changes no image; what steps take but
 * hardly mean follows, for somebody to look at. Each line's files are counted with the matcher that would read it.
 * @param commands the text of every RUN.
 */
export function proposeIgnore(files: readonly ContextFile[], commands: readonly string[]): ProposedPattern[] {
  const suspects = suspectsFor(commands).map(suspect => ({ ...suspect, matcher: compileIgnore([suspect.pattern], '') }))
  const proposed = [
    ...suspects.flatMap(({ pattern, reason, matcher }) => suspectLine(files, pattern, reason, matcher)),
    ...unusedPaths(files.filter(file => !suspects.some(({ matcher }) => matcher.matches(file.path)))).flatMap(
      ({ path, files: count, bytes }) => {
        const pattern = patternOf(path)
        const line = { because: 'unused' as const, reason: 'no step takes it', files: count, bytes }
        return pattern === undefined ? [] : [{ pattern, ...line }]
      },
    ),
  ]
  const rank = ({ because, bytes }: ProposedPattern): number => (because === 'unused' ? 1e18 : 0) + bytes
  return proposed.sort((a, b) => rank(b) - rank(a)).slice(0, MOST_LINES)
}

/** A suspect that no step takes either is no suspect: keeping it out changes nothing. */
function suspectLine(
  files: readonly ContextFile[],
  pattern: string,
  reason: string,
  matcher: IgnoreMatcher,
): ProposedPattern[] {
  const matched = files.filter(file => file.ignoredBy === undefined && matcher.matches(file.path))
  if (matched.length === 0) return []
  const because = matched.every(file => file.steps.length === 0) ? 'unused' : 'suspect'
  const bytes = matched.reduce((sum, file) => sum + file.bytes, 0)
  return [{ pattern, because, reason, files: matched.length, bytes }]
}

/** The line that matches just this path; undefined for a name that no line can hold. */
function patternOf(path: string): string | undefined {
  if (/[\n\r]/.test(path) || path !== path.trim()) return undefined
  const escaped = path.replace(/[*?[\]\\]/g, '\\$&')
  return /^[!#]/.test(escaped) ? `\\${escaped}` : escaped
}
