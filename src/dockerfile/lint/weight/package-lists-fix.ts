import type { TextEdit } from '../../../record/index.ts'
import type { RunInstruction } from '../../instructions/types.ts'
import type { LintInput } from '../rule.ts'
import { insertBehind, locateWord } from './locate.ts'
import { type PackageCommand, packageCommand } from './package-commands.ts'
import type { RunCommand } from './run-commands.ts'
import type { Step } from './stage-steps.ts'
import { stagesOf } from './stages.ts'

/** A command of a RUN and what it asks a package manager for. */
export interface Asked {
  readonly command: RunCommand
  readonly asked: PackageCommand
}

export function packagesAsked(step: Step): Asked[] {
  return step.commands.flatMap(command => {
    const asked = packageCommand(command)
    return asked ? [{ command, asked }] : []
  })
}

/** Whether some RUN installs with apt from the lists of an earlier one. */
export function needsLists(input: LintInput): boolean {
  return stagesOf(input).all.some(view =>
    view.steps.some(step => {
      const apt = packagesAsked(step).filter(({ asked }) => asked.manager === 'apt')
      const does = (action: string): boolean => apt.some(({ asked }) => asked.action === action)
      return does('install') && !does('update')
    }),
  )
}

/** Takes the lists away at the end of a RUN that is one `&&` chain; of another it is not known what its end means. */
export function appendRemoval(step: Step<RunInstruction>, input: LintInput): readonly TextEdit[] | undefined {
  const { commands, instruction } = step
  const last = commands.at(-1)
  const chained = commands.every(({ next, origin }, i) => origin === 'text' && next === (commands[i + 1] ? '&&' : ''))
  if (!chained || !last || last.nested || last.redirects.length > 0) return undefined
  const word = last.args.at(-1) ?? last.command
  const range = word && locateWord(instruction, last, word, input)
  return range && [insertBehind(range, ' && rm -rf /var/lib/apt/lists/*')]
}

/** Puts `--no-cache` into an only `apk add`; beside `apk update` the flag is not all that is missing. */
export function insertNoCache(
  { command, asked }: Asked,
  step: Step<RunInstruction>,
  input: LintInput,
): readonly TextEdit[] | undefined {
  const others = packagesAsked(step).filter(each => each.asked.action !== 'remove')
  if (asked.manager !== 'apk' || asked.verb.value !== 'add' || others.length > 1) return undefined
  const range = locateWord(step.instruction, command, asked.verb, input)
  return range && [insertBehind(range, ' --no-cache')]
}
