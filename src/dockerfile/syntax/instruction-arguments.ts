import type { SourceFile } from '../../base/source.ts'
import { dockerfileError, inMessage } from '../error.ts'
import type { AstWord } from './ast.ts'
import { parseJsonArray } from './json-array.ts'
import type { LogicalLine } from './logical-line.ts'
import { endOfText, isBlank, skipBlanks } from './space.ts'
import { splitAtBlanks, splitWords, type Word } from './words.ts'

/** What the arguments of an instruction look like. */
export type ArgumentForm =
  /** A JSON array, else the text as a whole. */
  | 'json-or-text'
  /** A JSON array, else words between blanks. */
  | 'json-or-list'
  | 'list'
  | 'text'
  /** Words with quotes and escapes: `NAME` or `NAME=value`. */
  | 'names'
  /** `KEY=value ...`, or `KEY value` in the old form. */
  | 'pairs'
  /** A word and then `json-or-text`: HEALTHCHECK. */
  | 'typed-command'
  /** An instruction: ONBUILD. */
  | 'instruction'

export const INSTRUCTIONS: ReadonlyMap<string, ArgumentForm> = new Map<string, ArgumentForm>([
  ['ADD', 'json-or-list'],
  ['ARG', 'names'],
  ['CMD', 'json-or-text'],
  ['COPY', 'json-or-list'],
  ['ENTRYPOINT', 'json-or-text'],
  ['ENV', 'pairs'],
  ['EXPOSE', 'list'],
  ['FROM', 'list'],
  ['HEALTHCHECK', 'typed-command'],
  ['LABEL', 'pairs'],
  ['MAINTAINER', 'text'],
  ['ONBUILD', 'instruction'],
  ['RUN', 'json-or-text'],
  ['SHELL', 'json-or-text'],
  ['STOPSIGNAL', 'text'],
  ['USER', 'text'],
  ['VOLUME', 'json-or-list'],
  ['WORKDIR', 'text'],
])

export interface Arguments {
  readonly args: readonly AstWord[]
  readonly json: boolean
}

/** An instruction's arguments: the characters of `line` from `start`, up to `text.length`. */
export interface ArgumentText {
  /** The whole line, without white space at its end. */
  readonly text: string
  readonly start: number
  readonly line: LogicalLine
  readonly file: SourceFile
  readonly escapeChar: string
  /** Upper-cased. */
  readonly keyword: string
}

export function readArguments(form: Exclude<ArgumentForm, 'instruction'>, source: ArgumentText): Arguments {
  if (source.start >= source.text.length) return { args: [], json: false }
  switch (form) {
    case 'json-or-text':
      return readJson(source) ?? plain(source, [wholeText(source)])
    case 'json-or-list':
      return readJson(source) ?? plain(source, splitAtBlanks(source.text, source.start))
    case 'list':
      return plain(source, splitAtBlanks(source.text, source.start))
    case 'text':
      return plain(source, [wholeText(source)])
    case 'names':
      return plain(source, splitWords(source.text, source.escapeChar, source.start))
    case 'pairs':
      return plain(source, readPairs(source))
    case 'typed-command':
      return readTypedCommand(source)
  }
}

function wholeText({ text, start }: ArgumentText): Word {
  return { value: text.slice(start), start, end: text.length }
}

function plain(source: ArgumentText, words: readonly Word[]): Arguments {
  return { args: located(source, words), json: false }
}

function located({ line }: ArgumentText, words: readonly Word[]): AstWord[] {
  return words.map(({ value, start, end }) => ({ value, range: line.locate(start, end) }))
}

function readJson(source: ArgumentText): Arguments | undefined {
  const array = parseJsonArray(source.text, source.start)
  if (array === undefined) return undefined
  if (array !== 'not-strings') return { args: located(source, array), json: true }
  const cause = 'when using JSON array syntax, arrays must be comprised of strings only'
  throw fault(source, cause, wholeText(source))
}

function readPairs(source: ArgumentText): Word[] {
  const { text, start, escapeChar } = source
  const words = splitWords(text, escapeChar, start)
  const first = words[0]
  if (!first) return []
  if (!first.value.includes('=')) return readOldPair(source, first)
  return words.flatMap(word => {
    const equals = word.value.indexOf('=')
    if (equals < 0) {
      const cause = `Syntax error - can't find = in "${inMessage(word.value)}". Must be of the form: name=value`
      throw fault(source, cause, word, 'a value with blanks in it needs quotes around it')
    }
    const split = word.start + equals
    return [
      { value: word.value.slice(0, equals), start: word.start, end: split },
      { value: word.value.slice(equals + 1), start: split + 1, end: word.end },
      { value: '=', start: split, end: split + 1 },
    ]
  })
}

/** `KEY value with blanks`. */
function readOldPair(source: ArgumentText, first: Word): Word[] {
  const [key, value] = splitAtBlanks(source.text, source.start, 2)
  if (key && value) return [key, value, { value: '', start: key.end, end: key.end }]
  throw fault(
    source,
    `${source.keyword} must have two arguments`,
    first,
    `write ${source.keyword} ${inMessage(first.value)}=value`,
  )
}

function readTypedCommand(source: ArgumentText): Arguments {
  const { text, start } = source
  let end = start
  while (end < text.length && !isBlank(text.charCodeAt(end))) end++
  const type: Word = { value: text.slice(start, end), start, end }
  const command = readArguments('json-or-text', { ...source, start: skipBlanks(text, end) })
  return { args: [...located(source, [type]), ...command.args], json: command.json }
}

function fault({ line, file }: ArgumentText, cause: string, word: Word, hint?: string): Error {
  const range = line.locate(word.start, endOfText(line.text.slice(0, word.end), word.start))
  return dockerfileError('dockerfile-arguments', cause, { file, range }, { hint })
}
