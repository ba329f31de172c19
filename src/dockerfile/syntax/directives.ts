import { lineRange, type SourceFile, type SourceRange } from '../../base/source.ts'
import { dockerfileError, inMessage } from '../error.ts'
import { isPlainSpace, skipPlainSpace, skipSpace } from './space.ts'

export type DirectiveName = 'syntax' | 'escape' | 'check'
const NAMES: ReadonlySet<string> = new Set<DirectiveName>(['syntax', 'escape', 'check'])

export interface Directive {
  readonly name: DirectiveName
  /** All that stands after the `=`, trimmed. */
  readonly value: string
  readonly range: SourceRange
}

/** Reads parser directives from the top of a file; the first line that is not one ends them for good. */
export class DirectiveReader {
  readonly #file: SourceFile
  readonly #comment: string
  readonly #seen = new Set<string>()
  #done = false

  constructor(file: SourceFile, comment = '#') {
    this.#file = file
    this.#comment = comment
  }

  get done(): boolean {
    return this.#done
  }

  /** The directive on this line, if it is one. Throws when its name was used before. */
  read(line: string, number: number): Directive | undefined {
    if (this.#done) return undefined
    const found = splitDirective(line, this.#comment)
    if (!found || !NAMES.has(found.name)) {
      this.#done = true
      return undefined
    }
    const range = lineRange(number)
    if (this.#seen.has(found.name)) {
      const cause = `only one ${found.name} parser directive can be used`
      throw dockerfileError('dockerfile-directive', cause, { file: this.#file, range })
    }
    this.#seen.add(found.name)
    return { name: found.name as DirectiveName, value: found.value, range }
  }
}

/** `# escape = x` -> escape, x. */
function splitDirective(line: string, comment: string): { name: string; value: string } | undefined {
  if (!line.startsWith(comment)) return undefined
  const start = skipPlainSpace(line, comment.length)
  let end = start
  while (end < line.length && isNameCharacter(line.charCodeAt(end), end === start)) end++
  const equals = skipPlainSpace(line, end)
  if (end === start || line[equals] !== '=' || equals + 1 === line.length) return undefined
  return { name: line.slice(start, end).toLowerCase(), value: trimmedValue(line, equals + 1) }
}

/** Without the white space around it; of nothing but white space the last character. */
function trimmedValue(line: string, from: number): string {
  const start = Math.min(skipPlainSpace(line, from), line.length - 1)
  let end = line.length
  while (end > start + 1 && isPlainSpace(line.charCodeAt(end - 1))) end--
  return line.slice(start, end)
}

function isNameCharacter(unit: number, first: boolean): boolean {
  const lower = unit | 0x20
  return (lower >= 0x61 && lower <= 0x7a) || (!first && unit >= 0x30 && unit <= 0x39)
}

/** Checks the value of an `escape` directive. */
export function escapeOf(directive: Directive, file: SourceFile): '\\' | '`' {
  if (directive.value === '\\' || directive.value === '`') return directive.value
  const cause = `invalid escape token '${inMessage(directive.value)}' does not match \` or \\`
  throw dockerfileError('dockerfile-directive', cause, { file, range: directive.range })
}

export interface DetectedDirective {
  /** Up to the first space. */
  readonly value: string
  /** All of it. */
  readonly cmdline: string
  readonly range: SourceRange
}

/** A directive as a frontend is chosen by it: a `#!` line before it does not count. */
export function detectDirective(name: DirectiveName, file: SourceFile): DetectedDirective | undefined {
  return detectBehind('#', name, file)
}

/** The `syntax` of a file, also in its other spellings: `// syntax=x` and `{"syntax": "x"}`. */
export function detectSyntax(file: SourceFile): DetectedDirective | undefined {
  return detectBehind('#', 'syntax', file) ?? detectBehind('//', 'syntax', file) ?? detectInJson(file)
}

function detectBehind(comment: string, name: DirectiveName, file: SourceFile): DetectedDirective | undefined {
  const reader = new DirectiveReader(file, comment)
  const seen = new Set<string>()
  for (let i = file.lines[0]?.startsWith('#!') ? 1 : 0; i < file.lines.length; i++) {
    const line = file.lines[i] ?? ''
    const found = splitDirective(line, comment)
    if (!found || seen.has(found.name)) return undefined
    seen.add(found.name)
    const directive = reader.read(line, i + 1)
    if (!directive) return undefined
    if (directive.name === name) return detected(directive.value, directive.range)
  }
  return undefined
}

function detectInJson(file: SourceFile): DetectedDirective | undefined {
  const first = file.lines[0] ?? ''
  if (first[skipSpace(first)] !== '{') return undefined
  try {
    const parsed: unknown = JSON.parse(file.lines.join('\n'))
    const value = (parsed as { syntax?: unknown } | null)?.syntax
    return typeof value === 'string' ? detected(value, lineRange(1)) : undefined
  } catch {
    return undefined
  }
}

function detected(cmdline: string, range: SourceRange): DetectedDirective {
  return { value: cmdline.split(' ', 1)[0] ?? '', cmdline, range }
}
