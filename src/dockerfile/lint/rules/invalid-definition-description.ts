import { commentOptions } from '../check-options.ts'
import { dockerRule } from '../docker-rule.ts'
import type { LintRule } from '../rule.ts'
import { type WrittenInstruction, writtenInstructions } from '../written-instructions.ts'

export const invalidDefinitionDescription: LintRule = {
  info: dockerRule(
    'InvalidDefinitionDescription',
    'Comment for build stage or argument should follow the format: `# <arg/stage name> <description>`. If this is not intended to be a description comment, add an empty line or comment between the instruction and the comment.',
    { experimental: true },
  ),
  *check(input) {
    for (const written of writtenInstructions(input)) {
      const [example, ...more] = definedNames(written)
      const comment = written.node.comments.findLast(each => !commentOptions([each]))
      const described = comment?.split(' ')[0]
      if (example === undefined || described === undefined || [example, ...more].includes(described)) continue
      const keyword = written.instruction.kind.toUpperCase()
      const name = more.length > 0 ? '<arg_key>' : example
      yield {
        message: `Comment for ${keyword} should follow the format: \`# ${name} <description>\``,
        range: written.node.range,
        hint: 'begin the comment with the name, or put a line with nothing but # between',
      }
    }
  },
}

function definedNames({ instruction }: WrittenInstruction): string[] {
  if (instruction.kind === 'arg') return instruction.args.map(arg => arg.key)
  return instruction.kind === 'from' && instruction.as !== undefined ? [instruction.as] : []
}
