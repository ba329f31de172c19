import type { SourceFile, SourceRange } from '../base/source.ts'
import { type EnvLookup, type ExpandOptions, expandWord } from '../dockerfile/index.ts'
import type { ImageConfig, Platform, RunConfig } from '../oci/index.ts'
import type { FromName } from './from-names.ts'
import type { BuildPlan, PlannedHistory, StepLabel, VertexIndex } from './graph.ts'
import { HISTORY_COMMENT } from './history-text.ts'
import { locate, type SourceSpot } from './plan-error.ts'
import type { RunLimits } from './planned-mount.ts'
import type { GlobalScope } from './scope.ts'
import type { StageNode } from './stage-graph.ts'
import { isCopy, type StageStep } from './triggers.ts'
import type { VertexList } from './vertex-list.ts'

/** What a walk needs to know of the whole build. */
export interface WalkContext {
  readonly file: SourceFile
  readonly escape: '\\' | '`'
  readonly buildArgs: ReadonlyMap<string, string>
  readonly scope: GlobalScope
  readonly proxyEnv: readonly string[]
  readonly network: 'default' | 'none' | 'host'
  readonly hostname: string | undefined
  /** What build flags give every RUN. */
  readonly limits: RunLimits
  readonly graph: VertexList
  /** The vertex that files are read from; the build context when no name is given. */
  source(name: FromName | undefined): { readonly context: boolean; readonly vertex: VertexIndex }
}

type Draft<T> = { -readonly [K in keyof T]: T[K] }

/** A stage in the middle of its walk. What FROM a stage inherits is everything but the counters and `commandSet`. */
export interface StageState {
  readonly node: StageNode
  /** Shown in step names; undefined for the one unnamed stage of a file. */
  readonly title: string | undefined
  readonly platform: Platform
  readonly base: BuildPlan['base']
  readonly image: Draft<Pick<ImageConfig, 'architecture' | 'os' | 'variant' | 'os.version' | 'os.features' | 'author'>>
  readonly config: Draft<RunConfig>
  /** What words and commands see: ENV and ARG, the later one wins. */
  readonly env: Map<string, string>
  /** Declared ARGs in order; undefined for one without a value. */
  readonly args: Map<string, string | undefined>
  readonly history: PlannedHistory[]
  readonly vertices: VertexIndex[]
  readonly total: number
  root: VertexIndex | undefined
  step: number
  commandSet: boolean
}

/** FROM of an image, and what makes vertices. (BuildKit counts every ONBUILD trigger too, and then stops short of its total.) */
export function countSteps(node: StageNode): number {
  const counted = node.steps.filter(
    ({ instruction }) => isCopy(instruction) || instruction.kind === 'run' || instruction.kind === 'workdir',
  )
  return counted.length + (node.base === 'image' && !node.context ? 1 : 0)
}

export function nextLabel(state: StageState, text: string, range: SourceRange): StepLabel {
  state.step++
  return { stage: state.title, step: state.step, total: state.total, text, range }
}

export function lookup(state: StageState): EnvLookup {
  return name => state.env.get(name)
}

export function expand(
  state: StageState,
  context: WalkContext,
  word: string,
  at: SourceSpot,
  options?: ExpandOptions,
): string {
  return locate(at, () => expandWord(word, lookup(state), { escape: context.escape, ...options })).value
}

export function addHistory(state: StageState, createdBy: string, vertex?: VertexIndex): void {
  state.history.push({ createdBy, vertex, comment: HISTORY_COMMENT })
}

/** The new root of the stage. */
export function advance(state: StageState, vertex: VertexIndex): VertexIndex {
  state.root = vertex
  state.vertices.push(vertex)
  return vertex
}

export function rootInputs(state: StageState): VertexIndex[] {
  return state.root === undefined ? [] : [state.root]
}

export function shellOf(state: StageState): readonly string[] {
  return state.config.Shell?.length ? state.config.Shell : ['/bin/sh', '-c']
}

/** `NAME=value` lists keep the place of a name that is set again. */
export function setVariable(list: readonly string[] | undefined, name: string, value: string): string[] {
  const entry = `${name}=${value}`
  const next = [...(list ?? [])]
  const at = next.findIndex(each => each.startsWith(`${name}=`))
  if (at < 0) next.push(entry)
  else next[at] = entry
  return next
}

/**
 * The instruction as a step's name, expanded. As in BuildKit, RUN keeps its quotes and the variables that only the shell
 * knows. A text that Dockerfile rules cannot expand (the shell has more to offer) stays as written.
 */
export function stepText(state: StageState, context: WalkContext, step: StageStep): string {
  const { original, kind } = step.instruction
  const text =
    kind === 'run'
      ? commandText(state, context, original)
      : expandOrKeep(original, lookup(state), { escape: context.escape })
  const named = text.replace(/^\S+/, word => word.toUpperCase())
  return step.trigger === undefined ? named : `ONBUILD ${named}`
}

/** A command as step names show it. */
export function commandText(state: StageState, context: WalkContext, command: string): string {
  return expandOrKeep(command, lookup(state), { escape: context.escape, keepUnset: true, rawQuotes: true })
}

function expandOrKeep(text: string, env: EnvLookup, options: ExpandOptions): string {
  try {
    return expandWord(text, env, options).value
  } catch {
    return text
  }
}
