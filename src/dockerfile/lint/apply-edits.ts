import type { TextEdit } from '../../record/index.ts'

/** The edits of one finding: all of them are made, or none. */
export type Fix = readonly TextEdit[]

export interface EditedText {
  readonly text: string
  /** Fixes that overlap one before them, in their order: for another round, after the text was checked again. */
  readonly left: readonly Fix[]
}

/** An edit by offsets in the text. */
interface Replacement {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * Makes fixes in a text (base/text.ts) of which the ranges count lines and columns as the parser does: without
 * byte-order mark and line ends. Of two that overlap, or insert at the same place, the first is made. Line ends and the
 * mark stay as they are; line ends in what is put in become the text's own.
 */
export function applyEdits(text: string, fixes: readonly Fix[]): EditedText {
  const starts = lineStarts(text)
  const lineEnd = /\r\n/.test(text) ? '\r\n' : '\n'
  const made: Replacement[] = []
  const left: Fix[] = []
  for (const fix of fixes) {
    const replacements = fix.map(edit => replacementOf(edit, text, starts, lineEnd))
    if (replacements.some(one => made.some(other => collide(one, other)))) left.push(fix)
    else made.push(...replacements)
  }
  return { text: replaced(text, made), left }
}

/** Where the lines start; behind the last one the end of the text. */
function lineStarts(text: string): number[] {
  const starts = [text.charCodeAt(0) === 0xfeff ? 1 : 0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return [...starts, text.length]
}

function replacementOf({ range, text: put }: TextEdit, text: string, starts: readonly number[], lineEnd: string) {
  const offset = (line: number, column: number): number =>
    Math.min(text.length, (starts[line - 1] ?? text.length) + column - 1)
  const start = offset(range.startLine, range.startColumn ?? 1)
  return { start, end: offset(range.endLine, range.endColumn ?? 1), text: put.replaceAll('\n', lineEnd) }
}

function collide(one: Replacement, other: Replacement): boolean {
  if (one.start === other.start) return true
  return one.start < other.end && other.start < one.end
}

function replaced(text: string, replacements: readonly Replacement[]): string {
  const parts: string[] = []
  let at = 0
  for (const { start, end, text: put } of [...replacements].sort((a, b) => a.start - b.start)) {
    parts.push(text.slice(at, start), put)
    at = end
  }
  return parts.join('') + text.slice(at)
}
