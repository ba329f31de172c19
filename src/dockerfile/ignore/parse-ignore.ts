import { isTareError, TareError } from '../../base/error.ts'
import { lineRange, type SourceFile } from '../../base/source.ts'
import { decodeText, encodeText } from '../../base/text.ts'
import { type DockerfileErrorCode, inMessage } from '../error.ts'
import { withoutMark } from '../syntax/source-lines.ts'
import { trimSpace } from '../syntax/space.ts'
import { cleanPath } from './clean-path.ts'
import { compileIgnorePattern, type PathTest } from './ignore-pattern.ts'
import { RuleMatcher } from './matcher.ts'
import type { IgnoreMatcher, IgnoreRule } from './types.ts'

/** The longest line that BuildKit reads, in bytes. */
const MAX_LINE = 65_535

/**
 * A .dockerignore as a matcher, by the rules of moby/patternmatcher.
 * Throws TareError<'ignore-pattern'> with the line.
 */
export function parseIgnore(source: Uint8Array | string, name = '.dockerignore'): IgnoreMatcher {
  const text = withoutMark(typeof source === 'string' ? source : decodeText(source))
  const file: SourceFile = { name, lines: text.split(/\r?\n/) }
  return compile(
    file.lines.flatMap((line, i) => {
      const pattern = line.startsWith('#') ? '' : normalizeIgnoreLine(line)
      return pattern === '' ? [] : [{ pattern, text: trimSpace(line), line: i + 1 }]
    }),
    file,
  )
}

/** The same for patterns from elsewhere (`COPY --exclude`); `line` is their number in the list. */
export function compileIgnore(patterns: readonly string[], name = 'patterns'): IgnoreMatcher {
  const file: SourceFile = { name, lines: patterns }
  return compile(
    patterns.map((pattern, i) => ({ pattern, text: trimSpace(pattern), line: i + 1 })),
    file,
  )
}

/** One line as a pattern: trimmed, cleaned, without the slash that means the context's root. Empty for a blank line. */
export function normalizeIgnoreLine(line: string): string {
  const trimmed = trimSpace(line)
  const exclusion = trimmed.startsWith('!')
  const written = exclusion ? trimSpace(trimmed.slice(1)) : trimmed
  if (written === '') return exclusion ? '!' : ''
  const cleaned = cleanPath(written)
  const pattern = cleaned.length > 1 && cleaned.startsWith('/') ? cleaned.slice(1) : cleaned
  return exclusion ? `!${pattern}` : pattern
}

interface WrittenPattern {
  readonly pattern: string
  readonly text: string
  readonly line: number
}

function compile(patterns: readonly WrittenPattern[], file: SourceFile): IgnoreMatcher {
  const rules: IgnoreRule[] = []
  const tests: PathTest[] = []
  for (const { pattern: written, text, line } of patterns) {
    if (encodeText(written).length > MAX_LINE) throw badRule(`longer than ${MAX_LINE} bytes`, file, line)
    const trimmed = trimSpace(written)
    if (trimmed === '') continue
    const cleaned = cleanPath(trimmed)
    const exclusion = cleaned.startsWith('!')
    const pattern = exclusion ? cleaned.slice(1) : cleaned
    if (pattern === '') throw badRule('illegal exclusion pattern: "!"', file, line)
    rules.push({ pattern, exclusion, text, line })
    tests.push(compileRule(pattern, file, line))
  }
  return new RuleMatcher(rules, tests)
}

function compileRule(pattern: string, file: SourceFile, line: number): PathTest {
  try {
    return compileIgnorePattern(pattern)
  } catch (error) {
    if (!isTareError(error, 'pattern-syntax')) throw error
    throw badRule(`syntax error in pattern "${inMessage(pattern)}"`, file, line, error.hint)
  }
}

function badRule(cause: string, file: SourceFile, line: number, hint?: string): Error {
  const at = { file, range: lineRange(line) }
  return new TareError<DockerfileErrorCode>('ignore-pattern', `reading ${file.name}, line ${line}: ${cause}`, {
    at,
    hint,
  })
}
