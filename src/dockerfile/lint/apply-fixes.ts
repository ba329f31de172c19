import type { TextEdit } from '../../record/index.ts'

export interface FixedText {
  readonly text: string
  /** Of the fixes, by index, those that were carried out. */
  readonly applied: readonly number[]
}

interface Change {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * Carries fixes out in a Dockerfile's text (lossless, as it stands in the file: line ends and a byte-order mark stay).
 * A fix is carried out whole or not at all; of two that touch the same characters the first is, and the other can be
 * looked for in what came out.
 */
export function applyFixes(text: string, fixes: readonly (readonly TextEdit[])[]): FixedText {
  const starts = lineStarts(text)
  const changes: Change[] = []
  const applied: number[] = []
  for (const [index, fix] of fixes.entries()) {
    const wanted = fix.map(edit => changeOf(edit, text, starts))
    if (wanted.some(change => change === undefined || changes.some(other => touch(change, other)))) continue
    changes.push(...wanted.filter(change => change !== undefined))
    applied.push(index)
  }
  return { text: withChanges(text, changes), applied }
}

function lineStarts(text: string): number[] {
  const starts = [text.charCodeAt(0) === 0xfeff ? 1 : 0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** Undefined for a place that the text has not. */
function changeOf({ range, text: written }: TextEdit, text: string, starts: readonly number[]): Change | undefined {
  const first = starts[range.startLine - 1]
  const last = starts[range.endLine - 1]
  if (first === undefined || last === undefined) return undefined
  const start = first + range.startColumn - 1
  const end = last + range.endColumn - 1
  if (start < 0 || end < start || end > text.length) return undefined
  const newline = text.indexOf('\n', end)
  return { start, end, text: text[newline - 1] === '\r' ? written.replaceAll('\n', '\r\n') : written }
}

/** Two insertions at one place would have no order. */
function touch(one: Change, other: Change): boolean {
  return one.start <= other.end && other.start <= one.end
}

function withChanges(text: string, changes: readonly Change[]): string {
  const parts: string[] = []
  let at = 0
  for (const change of changes.toSorted((a, b) => a.start - b.start)) {
    parts.push(text.slice(at, change.start), change.text)
    at = change.end
  }
  parts.push(text.slice(at))
  return parts.join('')
}
