import type { SourceFile, SourceRange } from '../../base/source.ts'
import type { TextRange } from '../../record/index.ts'
import type { AstWord } from '../syntax/ast.ts'

/**
 * Where a finding about a word of an instruction points: at the word when it stands on the first line, else at the
 * whole instruction, because Docker names an instruction by its first line and tools compare that line.
 */
export function placeOf(word: AstWord | undefined, instruction: SourceRange): SourceRange {
  return word && word.range.startLine === instruction.startLine ? word.range : instruction
}

/** The word's place for an edit; undefined when it is not known to the column. */
export function editRange({ startLine, endLine, startColumn, endColumn }: SourceRange): TextRange | undefined {
  if (startColumn === undefined || endColumn === undefined) return undefined
  return { startLine, endLine, startColumn, endColumn }
}

/** Where `$name` or `${name` stands first on an instruction's first line; elsewhere the instruction. */
export function variablePlaces(file: SourceFile, instruction: SourceRange): (name: string) => SourceRange {
  const { startLine } = instruction
  const found = new Map<string, SourceRange>()
  for (const match of (file.lines[startLine - 1] ?? '').matchAll(/\$(?:\{(\w+)\}?|(\w+))/g)) {
    const name = match[1] ?? match[2] ?? ''
    const startColumn = match.index + 1
    const range = { startLine, endLine: startLine, startColumn, endColumn: startColumn + match[0].length }
    if (!found.has(name)) found.set(name, range)
  }
  return name => found.get(name) ?? instruction
}
