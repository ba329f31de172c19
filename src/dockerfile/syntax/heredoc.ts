import { isTareError } from '../../base/error.ts'
import { lineRange } from '../../base/source.ts'
import { dockerfileError } from '../error.ts'
import { expandWords } from '../shell/expand.ts'
import type { ExpandOptions } from '../shell/types.ts'
import type { AstHeredoc } from './ast.ts'
import type { LogicalLine } from './logical-line.ts'
import type { SourceLines } from './source-lines.ts'

/** What `<<-'EOF'` announces. */
export interface HeredocStart {
  readonly name: string
  readonly fd: number
  readonly expand: boolean
  readonly chomp: boolean
}

const HEREDOC = /^(\d*)<<(-?)[\t\n\f\r ]*([^<]*)$/

const CHOMP_WITHOUT_NAME = /^\d*<<-$/

/** The escape is the backslash here, whatever the `escape` directive says. Variables are not for us to look up. */
const AS_WRITTEN: ExpandOptions = { rawQuotes: true, rawEscapes: true, keepUnset: true }
const noVariables = (): undefined => undefined

/** Undefined when the word does not start a heredoc. Throws TareError<'word-syntax'> for unbalanced quotes. */
export function parseHeredocWord(word: string): HeredocStart | undefined {
  if (!word.includes('<<')) return undefined
  const match = HEREDOC.exec(word)
  const written = match?.[3] ?? ''
  if (!match || written === '') return undefined
  const names = expandWords(written, noVariables, { keepUnset: true }).words
  const name = names[0]
  if (name === undefined || names.length !== 1) return undefined
  const raw = expandWords(written, noVariables, { keepUnset: true, rawQuotes: true }).words.join(' ')
  return { name, fd: fdOf(match[1] ?? ''), expand: countQuotes(name) === countQuotes(raw), chomp: match[2] === '-' }
}

function fdOf(digits: string): number {
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER)
}

function countQuotes(text: string): number {
  return text.split(/['"]/).length - 1
}

/** The heredocs that an instruction's line announces, in order. */
export function heredocsOfLine(line: string): HeredocStart[] {
  const starts: HeredocStart[] = []
  for (const word of joinChompWords(wordsOfLine(line))) {
    const start = parseHeredocWord(word)
    if (start) starts.push(start)
  }
  return starts
}

/** A line that cannot be split (an apostrophe in a shell comment, say) announces none; the shell will judge it. */
function wordsOfLine(line: string): readonly string[] {
  if (!line.includes('<<')) return []
  try {
    return expandWords(line, noVariables, AS_WRITTEN).words
  } catch (error) {
    if (isTareError(error)) return []
    throw error
  }
}

/**
 * Puts `<<-` and the name behind it together, as word expansion does with `<<`. BuildKit's tests ask for it, though
 * BuildKit 0.25 finds no heredoc there.
 */
function joinChompWords(words: readonly string[]): string[] {
  const joined: string[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    const next = words[i + 1]
    if (next !== undefined && CHOMP_WITHOUT_NAME.test(word)) {
      joined.push(`${word} ${next}`)
      i++
    } else joined.push(word)
  }
  return joined
}

/** Reads the lines of the heredocs that `line` announces. Throws when one is not terminated. */
export function readHeredocs(line: LogicalLine, lines: SourceLines): AstHeredoc[] {
  return heredocsOfLine(line.text).map(start => readHeredoc(start, line, lines))
}

function readHeredoc(start: HeredocStart, line: LogicalLine, lines: SourceLines): AstHeredoc {
  const first = lines.line + 1
  for (;;) {
    const content = lines.next()
    if (content === undefined) throw unterminated(start, line, lines)
    if ((start.chomp ? content.replace(/^\t+/, '') : content) === start.name) break
  }
  const range = { startLine: first, endLine: lines.line }
  return { ...start, content: lines.raw(first, lines.line - 1), range }
}

function unterminated(start: HeredocStart, line: LogicalLine, lines: SourceLines): Error {
  const hint = `a line that holds nothing but ${start.name} ends it`
  const at = { file: lines.file, range: lineRange(line.startLine, line.endLine) }
  return dockerfileError('dockerfile-heredoc', `unterminated heredoc <<${start.name}`, at, { hint })
}

/** Takes the tabs off that `<<-` takes off. */
export function chompTabs(content: string): string {
  return content.replace(/^\t+/gm, '')
}
