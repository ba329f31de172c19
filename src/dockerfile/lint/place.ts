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

/** Where `$name` or `${name` stands on an instruction's first line, else the instruction. */
export function variablePlace(file: SourceFile, instruction: SourceRange, name: string): SourceRange {
  const line = file.lines[instruction.startLine - 1] ?? ''
  for (let at = line.indexOf('$'); at >= 0; at = line.indexOf('$', at + 1)) {
    const braces = line[at + 1] === '{'
    const start = at + (braces ? 2 : 1)
    const end = start + name.length
    if (!line.startsWith(name, start) || /[A-Za-z0-9_]/.test(line[end] ?? '')) continue
    const close = braces && line[end] === '}' ? end + 1 : end
    const startLine = instruction.startLine
    return { startLine, endLine: startLine, startColumn: at + 1, endColumn: close + 1 }
  }
  return instruction
}
