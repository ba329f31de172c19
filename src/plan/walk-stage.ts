import type { Instruction } from '../dockerfile/index.ts'
import type { Platform, ResolvedImage, RunConfig } from '../oci/index.ts'
import {
  applyArg,
  applyCommand,
  applyEnv,
  applyExpose,
  applyHealthcheck,
  applyLabel,
  applyMaintainer,
  applyOnbuild,
  applyShell,
  applyStopsignal,
  applyUser,
  applyVolume,
} from './config-instructions.ts'
import { walkCopy } from './copy-instruction.ts'
import type { CopyOp } from './graph.ts'
import { walkRun } from './run-instruction.ts'
import type { StageNode } from './stage-graph.ts'
import { advance, countSteps, nextLabel, type StageState, setVariable, type WalkContext } from './stage-state.ts'
import type { StageStep } from './triggers.ts'
import { imageLabelText, sourceLabel } from './vertex-list.ts'
import { walkWorkdir } from './workdir-instruction.ts'

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export interface StageStart {
  readonly node: StageNode
  readonly title: string | undefined
  readonly platform: Platform
  /** The state that the stage is built FROM, or its image, or neither for scratch. */
  readonly parent: StageState | undefined
  readonly image: ResolvedImage | undefined
}

/** Carries a stage's instructions out on paper. */
export function walkStage(start: StageStart, context: WalkContext): StageState {
  const state = start.parent ? childState(start, start.parent) : firstState(start)
  if (start.image) beginWithImage(state, context, start, start.image)
  else if (start.node.base === 'files') beginWithFiles(state, context, start.node)
  for (const step of start.node.steps) walkStep(state, context, step)
  return state
}

function beginWithImage(
  state: StageState,
  context: WalkContext,
  { node, platform }: StageStart,
  image: ResolvedImage,
): void {
  const { range } = node.stage.from
  const named = node.context?.type === 'image' ? node.context.step : undefined
  const label = named === undefined ? nextLabel(state, imageLabelText(image), range) : sourceLabel(named, range)
  const vertex = context.graph.image(image, platform, label)
  Object.assign(state, { root: vertex, base: { vertex, config: image.config } })
}

/** A root of a named context's files. BuildKit's images say where such a layer comes from in the same words. */
function beginWithFiles(state: StageState, context: WalkContext, node: StageNode): void {
  if (node.context?.type !== 'files') throw new TypeError('a stage of files has a named context')
  const { name, step } = node.context
  const source = context.graph.namedContext(name, step)
  const label = { ...sourceLabel(`FROM ${name}`, node.stage.from.range), stage: state.title }
  const vertex = advance(state, context.graph.add(WHOLE_TREE, [source], label, state.platform))
  state.history.push({ createdBy: `local source for ${name}`, vertex, comment: 'buildkit.exporter.image.v0' })
}

const WHOLE_TREE: CopyOp = {
  type: 'copy',
  scratch: true,
  parts: [
    {
      kind: 'files',
      input: 0,
      sources: [{ pattern: '', wildcard: false, original: '.' }],
      unpackArchives: false,
      fromContext: true,
    },
  ],
  destination: '/',
  chown: undefined,
  chmod: undefined,
  excludes: [],
  link: false,
}

/** ARGs come along, but what ENV has set counts again from here on, even where an ARG had replaced it. */
function childState(start: StageStart, parent: StageState): StageState {
  const Env = start.node.replaced ? (parent.config.Env ?? []) : withPath(parent.config.Env)
  return {
    ...parent,
    node: start.node,
    title: start.title,
    image: { ...parent.image },
    config: { ...parent.config, Env, OnBuild: undefined },
    env: new Map([...parent.env, ...Env.map(splitVariable)]),
    args: new Map(parent.args),
    history: [...parent.history],
    vertices: [],
    total: countSteps(start.node),
    step: 0,
    commandSet: false,
  }
}

function firstState(start: StageStart): StageState {
  const { node, title, platform, image } = start
  const { os, architecture, variant } = platform
  const empty: RunConfig = node.replaced ? {} : { WorkingDir: '/' }
  const config: RunConfig = image ? { ...image.config.config, OnBuild: undefined } : empty
  const env = node.replaced ? (config.Env ?? []) : withPath(config.Env)
  return {
    node,
    title,
    platform,
    base: undefined,
    image: image ? { ...image.config } : { os, architecture, variant },
    config: { ...config, Env: env },
    env: new Map(env.map(splitVariable)),
    args: new Map(),
    history: [],
    vertices: [],
    total: countSteps(node),
    root: undefined,
    step: 0,
    commandSet: false,
  }
}

function withPath(env: readonly string[] | undefined): readonly string[] {
  return env?.some(each => each.startsWith('PATH=')) ? env : setVariable(env, 'PATH', DEFAULT_PATH)
}

function splitVariable(entry: string): [string, string] {
  const equals = entry.indexOf('=')
  return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)]
}

function walkStep(state: StageState, context: WalkContext, step: StageStep): void {
  const { instruction } = step
  switch (instruction.kind) {
    case 'run':
      walkRun(state, context, step, instruction)
      break
    case 'copy':
    case 'add':
      walkCopy(state, context, step, instruction)
      break
    case 'workdir':
      walkWorkdir(state, context, step, instruction)
      break
    default:
      applyToConfig(state, context, step, instruction)
  }
}

type ConfigInstruction = Exclude<Instruction, { kind: 'run' | 'copy' | 'add' | 'workdir' }>

function applyToConfig(state: StageState, context: WalkContext, step: StageStep, instruction: ConfigInstruction): void {
  const at = { file: context.file, range: step.range }
  switch (instruction.kind) {
    case 'env':
      applyEnv(state, context, instruction, at)
      break
    case 'arg':
      applyArg(state, context, instruction, at)
      break
    case 'label':
      applyLabel(state, context, instruction, at)
      break
    case 'user':
      applyUser(state, context, instruction, at)
      break
    case 'expose':
      applyExpose(state, context, instruction, at)
      break
    case 'volume':
      applyVolume(state, context, instruction, at)
      break
    case 'stopsignal':
      applyStopsignal(state, context, instruction, at)
      break
    case 'shell':
      applyShell(state, instruction)
      break
    case 'cmd':
    case 'entrypoint':
      applyCommand(state, instruction)
      break
    case 'healthcheck':
      applyHealthcheck(state, instruction)
      break
    case 'onbuild':
      applyOnbuild(state, instruction)
      break
    case 'maintainer':
      applyMaintainer(state, instruction)
      break
  }
}
