import type { SourceRange } from '../../../base/source.ts'
import type { TextEdit, TextRange } from '../../../record/index.ts'
import type { Heredoc, RunInstruction } from '../../instructions/types.ts'
import { joinLines, type LogicalLine } from '../../syntax/logical-line.ts'
import { SourceLines } from '../../syntax/source-lines.ts'
import { endOfText } from '../../syntax/space.ts'
import type { LintInput } from '../rule.ts'
import type { RunCommand } from './run-commands.ts'
import type { ShellWord } from './shell-lexer.ts'

/**
 * Where a word of a RUN's command stands in the file, with columns; undefined for words that nobody wrote there as they
 * are (of the exec form, of `sh -c` scripts).
 */
export function locateWord(
  run: RunInstruction,
  { origin }: Pick<RunCommand, 'origin'>,
  word: ShellWord,
  { dockerfile }: LintInput,
): TextRange | undefined {
  if (run.command.form !== 'shell' || origin === undefined) return undefined
  if (origin !== 'text') return locateInHeredoc(origin, word)
  const line = logicalLine(run, dockerfile)
  const text = line.text.slice(0, endOfText(line.text, 0))
  const offset = text.length - run.command.text.length
  const range = line.locate(offset + word.start, offset + word.end)
  const shift = run.range.startLine - 1
  return complete({ ...range, startLine: range.startLine + shift, endLine: range.endLine + shift })
}

/** The instruction's lines joined once more, as the parser joined them; its line numbers start at 1. */
function logicalLine({ range }: RunInstruction, { file, escape: escapeChar }: LintInput['dockerfile']): LogicalLine {
  const lines = new SourceLines(file.lines.slice(range.startLine - 1, range.endLine).join('\n'), file.name)
  return joinLines(lines.next() ?? '', lines, escapeChar)
}

function locateInHeredoc({ raw, range }: Heredoc, { start, end }: ShellWord): TextRange | undefined {
  const first = raw.slice(0, start).split('\n')
  const last = raw.slice(0, end).split('\n')
  return {
    startLine: range.startLine + first.length - 1,
    endLine: range.startLine + last.length - 1,
    startColumn: (first.at(-1)?.length ?? 0) + 1,
    endColumn: (last.at(-1)?.length ?? 0) + 1,
  }
}

function complete(range: SourceRange): TextRange | undefined {
  const { startLine, endLine, startColumn, endColumn } = range
  return startColumn === undefined || endColumn === undefined
    ? undefined
    : { startLine, endLine, startColumn, endColumn }
}

/** An insertion right behind a place. */
export function insertBehind(range: TextEdit['range'], text: string): TextEdit {
  return { range: { ...range, startLine: range.endLine, startColumn: range.endColumn }, text }
}
