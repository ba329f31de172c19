import { GlobAutomaton } from '../glob/automaton.ts'
import { matchPattern } from '../glob/go-pattern.ts'
import { readIgnoreTokens } from './expression.ts'

/** Whether a clean path is what the pattern says, its parents aside. */
export type PathTest = (path: string) => boolean

const SPECIAL = /[*?[\]]|\\./s

/**
 * Compiles a cleaned pattern of a .dockerignore: filepath.Match's wildcards, and `**` for any number of directories.
 * Patterns without wildcards, or with `**` at one end only, need no automaton.
 * Throws TareError<'pattern-syntax'> where moby/patternmatcher does, for a range that runs backwards (`[Local-Only]`) say.
 */
export function compileIgnorePattern(pattern: string): PathTest {
  checkSyntax(pattern)
  if (!SPECIAL.test(pattern)) return path => path === pattern
  if (pattern.startsWith('**')) {
    const rest = pattern.slice(2)
    if (!SPECIAL.test(rest)) return endsTest(rest)
  }
  if (pattern.endsWith('**')) {
    const start = pattern.slice(0, -2)
    if (!SPECIAL.test(start) && !start.endsWith('\\')) return path => path.startsWith(start)
  }
  return automatonTest(pattern)
}

/**
 * The syntax that filepath.Match sees when it is asked about `.`: up to a star it reads all, and beyond it only when what
 * stands before has matched.
 */
function checkSyntax(pattern: string): void {
  for (let end = nextStar(pattern, 0); end < pattern.length; end = nextStar(pattern, end))
    if (!matchPattern(`${pattern.slice(0, end)}*`, '.')) return
  matchPattern(pattern, '.')
}

/** Where the next star stands that is not in brackets, behind those that stand at `from`. */
function nextStar(pattern: string, from: number): number {
  let at = from
  while (pattern[at] === '*') at++
  for (let inBrackets = false; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++
    else if (pattern[at] === '[') inBrackets = true
    else if (pattern[at] === ']') inBrackets = false
    else if (pattern[at] === '*' && !inBrackets) break
  }
  return Math.min(at, pattern.length)
}

/** `**` + `/name` matches a name at any depth; `**` + `name` whatever ends in it. */
function endsTest(end: string): PathTest {
  const whole = end.startsWith('/') ? end.slice(1) : undefined
  return path => path.endsWith(end) || path === whole
}

function automatonTest(pattern: string): PathTest {
  const branches = readIgnoreTokens(pattern).map(tokens => new GlobAutomaton(tokens))
  const [automaton, second] = branches
  if (!automaton || second) return path => branches.some(branch => branch.matches(path))
  const start = fixedStart(pattern)
  const end = fixedEnd(pattern)
  return path => path.startsWith(start) && path.endsWith(end) && automaton.matches(path)
}

/** The part of a pattern before its first wildcard: what every path it matches starts with. */
export function fixedStart(pattern: string): string {
  if (pattern.includes('|')) return ''
  return /^[^*?[\]\\^\ufeff]*/.exec(pattern)?.[0] ?? ''
}

/** What every path that it matches ends in, within the last element. */
function fixedEnd(pattern: string): string {
  let start = pattern.length
  while (start > 0 && !/[*?[\]\\/^]/.test(pattern[start - 1] ?? '')) start--
  return pattern.slice(pattern[start - 1] === '\\' ? start + 1 : start)
}
