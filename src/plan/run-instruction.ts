import type { Heredoc, RunInstruction } from '../dockerfile/index.ts'
import { argvOf, runText } from './history-text.ts'
import { notSupported } from './plan-error.ts'
import {
  addHistory,
  advance,
  nextLabel,
  rootInputs,
  type StageState,
  shellOf,
  stepText,
  type WalkContext,
} from './stage-state.ts'
import type { StageStep } from './triggers.ts'
import { resolveInside } from './workdir-instruction.ts'

/** A line that is nothing but one inline file: its content is the script. */
const LONE_HEREDOC = /^\d*<<-?[^<\s]+$/

export function walkRun(state: StageState, context: WalkContext, step: StageStep, run: RunInstruction): void {
  const args = runArgs(state, context, step, run)
  const label = nextLabel(state, stepText(state, context, step) + scriptSummary(run), step.range)
  const inputs = rootInputs(state)
  const vertex = context.graph.add(
    {
      type: 'exec',
      scratch: inputs.length === 0,
      args,
      env: [...state.env].map(([name, value]) => `${name}=${value}`),
      proxyEnv: context.proxyEnv,
      cwd: resolveInside(state.config.WorkingDir, '.'),
      user: state.config.User || undefined,
      network: networkOf(run, context),
      security: 'sandbox',
      hostname: context.hostname,
    },
    inputs,
    label,
    state.platform,
  )
  addHistory(state, runText(args, declaredArguments(state)), advance(state, vertex))
}

function networkOf(run: RunInstruction, context: WalkContext): 'default' | 'none' | 'host' {
  return run.network === 'none' || run.network === 'host' ? run.network : context.network
}

/** ARGs with the value the step sees, which ENV may have set since. */
function declaredArguments(state: StageState): Map<string, string> {
  return new Map([...state.args].map(([name, value]) => [name, state.env.get(name) ?? value ?? '']))
}

function runArgs(state: StageState, context: WalkContext, step: StageStep, run: RunInstruction): string[] {
  const [first] = run.heredocs
  if (!first || run.command.form === 'exec') return argvOf(run.command, shellOf(state))
  if (!isScript(run)) return [...shellOf(state), withInlineFiles(run.command.text, run.heredocs)]
  if (first.content.startsWith('#!'))
    throw notSupported('an inline RUN script with an interpreter line of its own', {
      file: context.file,
      range: step.range,
    })
  return [...shellOf(state), first.content]
}

function isScript(run: RunInstruction): boolean {
  return run.heredocs.length === 1 && run.command.form === 'shell' && LONE_HEREDOC.test(run.command.text.trim())
}

/** The shell reads its inline files itself: the command line gets them back. */
function withInlineFiles(text: string, heredocs: readonly Heredoc[]): string {
  return heredocs.reduce((all, heredoc) => `${all}\n${heredoc.raw}${heredoc.name}`, text)
}

/** ` (apt-get update...)`: the first line of a script. */
function scriptSummary(run: RunInstruction): string {
  if (!isScript(run)) return ''
  const lines = (run.heredocs[0]?.content ?? '').trim().split(/\r?\n/)
  return ` (${lines[0]}${lines.length > 1 ? '...' : ''})`
}
