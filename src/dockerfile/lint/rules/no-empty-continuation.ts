import { lineRange } from '../../../base/source.ts'
import type { TextEdit } from '../../../record/index.ts'
import { dockerRule } from '../docker-rule.ts'
import type { LintInput, LintRule } from '../rule.ts'

export const noEmptyContinuation: LintRule = {
  info: dockerRule('NoEmptyContinuation', 'Empty continuation lines will become errors in a future release'),
  *check(input) {
    for (const { range } of input.dockerfile.ast.warnings)
      yield {
        message: 'Empty continuation line',
        // Docker names the line where the instruction ends.
        range: lineRange(range.endLine),
        hint: 'take the empty lines out, or begin them with # to keep the distance',
        fix: [...emptyLines(input, range.startLine, range.endLine)],
      }
  },
}

/** Lines of an instruction, its heredocs apart, that hold nothing: they go with their line ends. */
function* emptyLines({ dockerfile }: LintInput, first: number, last: number): Generator<TextEdit> {
  for (let line = first; line < last; line++)
    if (dockerfile.file.lines[line - 1]?.trim() === '')
      yield { range: { startLine: line, endLine: line + 1, startColumn: 1, endColumn: 1 }, text: '' }
}
