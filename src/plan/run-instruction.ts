import type { Heredoc, RunInstruction } from '../dockerfile/index.ts'
import { type ExecOp, SCRIPT_FOLDER } from './graph.ts'
import { argvOf, runText } from './history-text.ts'
import { planError, type SourceSpot } from './plan-error.ts'
import { runMounts } from './run-mounts.ts'
import {
  addHistory,
  advance,
  commandText,
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
  const script = interpretedScript(run, { file: context.file, range: step.range })
  const args = script ? [...shellOf(state), `${SCRIPT_FOLDER}/${script.name}`] : runArgs(state, run)
  const root = rootInputs(state)
  const { mounts, inputs, env, secretNames } = runMounts(state, context, step, run, root.length)
  const shown = withHiddenSecrets(state, secretNames)
  const label = nextLabel(
    state,
    stepText(shown, context, step) + commandText(shown, context, scriptSummary(run)),
    step.range,
  )
  const vertex = context.graph.add(
    {
      type: 'exec',
      scratch: root.length === 0,
      args,
      ...(script ? { script } : {}),
      env: [...state.env, ...env].map(([name, value]) => `${name}=${value}`),
      proxyEnv: context.proxyEnv,
      cwd: resolveInside(state.config.WorkingDir, '.'),
      user: state.config.User || undefined,
      network: networkOf(run, context),
      security: run.security === 'insecure' ? 'insecure' : 'sandbox',
      hostname: context.hostname,
      ...context.limits,
      ...(mounts.length > 0 ? { mounts } : {}),
    },
    [...root, ...inputs],
    label,
    state.platform,
  )
  addHistory(state, runText(args, declaredArguments(state)), advance(state, vertex))
}

/** A step's name shows that a variable is a secret, and nothing of it. */
function withHiddenSecrets(state: StageState, names: readonly string[]): StageState {
  if (names.length === 0) return state
  return { ...state, env: new Map([...state.env, ...names.map(name => [name, '****'] as const)]) }
}

function networkOf(run: RunInstruction, context: WalkContext): 'default' | 'none' | 'host' {
  return run.network === 'none' || run.network === 'host' ? run.network : context.network
}

/** ARGs with the value the step sees, which ENV may have set since. */
function declaredArguments(state: StageState): Map<string, string> {
  return new Map([...state.args].map(([name, value]) => [name, state.env.get(name) ?? value ?? '']))
}

function runArgs(state: StageState, run: RunInstruction): string[] {
  const [first] = run.heredocs
  if (!first || run.command.form === 'exec') return argvOf(run.command, shellOf(state))
  if (!isScript(run)) return [...shellOf(state), withInlineFiles(run.command.text, run.heredocs)]
  return [...shellOf(state), first.content]
}

/** A script that names its interpreter is a file that the shell executes, not a text that the shell reads. */
function interpretedScript(run: RunInstruction, at: SourceSpot): ExecOp['script'] {
  const [first] = run.heredocs
  if (!first || !isScript(run) || !first.content.startsWith('#!')) return undefined
  const { name, content } = first
  if (/^[\w.-]+$/.test(name) && name !== '.' && name !== '..') return { name, content }
  throw planError('PLAN_INVALID', `reading RUN <<${name}: the name cannot be that of a script's file`, at)
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
