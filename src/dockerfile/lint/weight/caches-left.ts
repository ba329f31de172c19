import type { TextEdit } from '../../../record/index.ts'
import type { LintInput, RuleFinding } from '../rule.ts'
import { CACHING_TOOLS, type CachingTool } from './caching-tools.ts'
import { isRemoved } from './clean-up.ts'
import { insertBehind, locateWord } from './locate.ts'
import type { RunCommand } from './run-commands.ts'
import { isRunStep, type Step } from './stage-steps.ts'
import { stagesOf } from './stages.ts'
import { weightRule } from './weight-rule.ts'

export const cachesLeft = weightRule(
  'CachesLeft',
  'What pip, npm, go and their like keep for a next time should not stay in a layer of the image',
  check,
)

function* check(input: LintInput): Generator<RuleFinding> {
  for (const step of stagesOf(input).imageSteps) {
    for (const tool of CACHING_TOOLS) {
      const keeping = step.commands.filter(command => keeps(tool, command, step))
      if (keeping.length > 0 && !isEmptied(tool, step)) yield finding(tool, keeping, step, input)
    }
  }
}

function keeps(tool: CachingTool, command: RunCommand, step: Step): boolean {
  if (!tool.asks(command)) return false
  const words = command.args.map(word => word.value.split('=')[0] ?? '')
  if (tool.flags.some(flag => words.includes(flag)) || words.includes('--help') || words.includes('--version'))
    return false
  return !tool.variables.some(name => isSet(name, command, step))
}

/** A variable that is declared without a known value counts too: it is there for a reason. */
function isSet(name: string, command: RunCommand, step: Step): boolean {
  if (command.assignments.some(word => word.value.startsWith(`${name}=`))) return true
  const exported = step.commands.some(
    ({ name: of, args }) => of === 'export' && args.some(word => word.value.startsWith(`${name}=`)),
  )
  return exported || (step.value(name) ?? '') !== ''
}

function isEmptied(tool: CachingTool, step: Step): boolean {
  const texts = step.commands.map(({ name, args }) => [name, ...args.map(word => word.value)].join(' '))
  if (texts.some(text => tool.cleans.some(pattern => pattern.test(text)))) return true
  if (tool.directories.some(directory => isRemoved(directory, step.commands))) return true
  if (removesFolder(tool, step)) return true
  return step.mounts.some(({ type, target }) => type === 'cache' && tool.folder.test(target))
}

/** `rm -rf ~app/.npm`: the home of another user. */
function removesFolder({ folder }: CachingTool, { commands }: Step): boolean {
  return commands.some(
    ({ name, args }) => name === 'rm' && args.some(({ value }) => value.includes('/.') && folder.test(value)),
  )
}

function finding(tool: CachingTool, keeping: readonly RunCommand[], step: Step, input: LintInput): RuleFinding {
  const message = `What ${tool.name} downloads is kept in its cache as well, which stays in the layer`
  return { message, range: step.instruction.range, hint: tool.hint, fix: fixOf(tool, keeping, step, input) }
}

function fixOf(
  tool: CachingTool,
  keeping: readonly RunCommand[],
  step: Step,
  input: LintInput,
): readonly TextEdit[] | undefined {
  if (tool.insert === undefined || !isRunStep(step)) return undefined
  const edits: TextEdit[] = []
  for (const command of keeping) {
    const word = tool.asks(command)
    const range = word && locateWord(step.instruction, command, word, input)
    if (!range) return undefined
    edits.push(insertBehind(range, ` ${tool.insert}`))
  }
  return edits
}
