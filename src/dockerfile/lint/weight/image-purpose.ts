import type { Instruction } from '../../instructions/types.ts'
import { baseName } from './run-commands.ts'
import type { Step } from './stage-steps.ts'
import type { Stages } from './stages.ts'

/** Images that people work in, or that others are built on. */
const FOR_BUILDERS =
  /(?:^|[-_.])(?:dev|devel|development|devcontainer|test|tests|lint|ci|build|builder|debug|tools|toolchain|sdk|base)(?:$|[-_.])/

/** Of a program for people to type into: an image to build others on. */
const INTERACTIVE =
  /^(?:(?:ba|da|a|z)?sh|(?:python|pypy|node|irb|ruby|php|perl|ghci|jshell|julia|iex|erl|R|bun|deno)[\d.]*)$/

/** Whether the image is there to run something, as it says with CMD or ENTRYPOINT; another may well be for its tools. */
export function isApplication({ target, imageSteps }: Stages): boolean {
  if (!target || FOR_BUILDERS.test(target.stage.name ?? '')) return false
  const starts = imageSteps.filter(isStart)
  return starts.some(({ instruction: { command } }) => {
    const words = command.form === 'exec' ? command.args : command.text.trim().split(/\s+/)
    return words.length > 1 || !INTERACTIVE.test(baseName(words[0] ?? ''))
  })
}

/** The ENTRYPOINT in force, else the CMD: what starts with the container. A later FROM's ENTRYPOINT takes CMD away. */
export function startOf(
  steps: readonly Step[],
): Step<Extract<Instruction, { kind: 'cmd' | 'entrypoint' }>> | undefined {
  const starts = steps.filter(isStart)
  return starts.findLast(step => step.instruction.kind === 'entrypoint') ?? starts.at(-1)
}

function isStart(step: Step): step is Step<Extract<Instruction, { kind: 'cmd' | 'entrypoint' }>> {
  return step.instruction.kind === 'cmd' || step.instruction.kind === 'entrypoint'
}
