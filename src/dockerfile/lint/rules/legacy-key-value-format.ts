import type { TextEdit } from '../../../record/index.ts'
import type { AstWord } from '../../syntax/ast.ts'
import { dockerRule } from '../docker-rule.ts'
import { editRange } from '../place.ts'
import type { LintRule } from '../rule.ts'
import { keywordOf, stageSteps } from '../stage-steps.ts'

export const legacyKeyValueFormat: LintRule = {
  info: dockerRule('LegacyKeyValueFormat', 'Legacy key/value format with whitespace separator should not be used'),
  *check(input) {
    for (const step of stageSteps(input)) {
      const { instruction, node, range, triggered } = step
      const [key, value, sign] = node.args
      if ((instruction.kind !== 'env' && instruction.kind !== 'label') || !key || !value || sign?.value !== '') continue
      const keyword = keywordOf(step)
      yield {
        message: `"${keyword} key=value" should be used instead of legacy "${keyword} key value" format`,
        range,
        hint: `write ${keyword} ${key.value}=..., with quotes around a value that has blanks`,
        fix: triggered ? undefined : rewritten(key, value),
      }
    }
  },
}

/** The same pair in the new form; nothing where quotes and escapes would come to mean something else. */
function rewritten(key: AstWord, value: AstWord): TextEdit[] | undefined {
  const from = editRange(key.range)
  const to = editRange(value.range)
  if (!from || !to || !/^[\w.\-/]+$/.test(key.value)) return undefined
  const gap = { startLine: from.endLine, startColumn: from.endColumn, endLine: to.startLine, endColumn: to.startColumn }
  if (/^[\w.\-/:$@,+={}]+$/.test(value.value)) return [{ range: gap, text: '=' }]
  if (/["'\\`]/.test(value.value)) return undefined
  const end = { startLine: to.endLine, startColumn: to.endColumn, endLine: to.endLine, endColumn: to.endColumn }
  return [
    { range: gap, text: '="' },
    { range: end, text: '"' },
  ]
}
