import { posix } from 'node:path'
import type { WorkdirInstruction } from '../dockerfile/index.ts'
import {
  addHistory,
  advance,
  expand,
  nextLabel,
  rootInputs,
  type StageState,
  stepText,
  type WalkContext,
} from './stage-state.ts'
import type { StageStep } from './triggers.ts'

/**
 * Relative paths count from the WORKDIR in force; an absolute one goes into the config as it is written, as in BuildKit.
 * The root is there already and makes no step.
 */
export function walkWorkdir(
  state: StageState,
  context: WalkContext,
  step: StageStep,
  instruction: WorkdirInstruction,
): void {
  const written = expand(state, context, instruction.path, { file: context.file, range: step.range })
  const path = resolveInside(state.config.WorkingDir, written)
  const shown = written.startsWith('/') ? written : path
  state.config.WorkingDir = shown
  if (path === '/') {
    addHistory(state, `WORKDIR ${shown}`)
    return
  }
  const inputs = rootInputs(state)
  const vertex = context.graph.add(
    { type: 'mkdir', scratch: inputs.length === 0, path, user: state.config.User || undefined },
    inputs,
    nextLabel(state, stepText(state, context, step), step.range),
    state.platform,
  )
  addHistory(state, `WORKDIR ${shown}`, advance(state, vertex))
}

/** An absolute, cleaned path without a trailing slash; `..` ends at the root. */
export function resolveInside(current: string | undefined, path: string): string {
  const cleaned = posix.resolve('/', current || '/', path || '.')
  return cleaned.replace(/^\/+/, '/')
}
