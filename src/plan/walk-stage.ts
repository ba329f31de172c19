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
import { walkRun } from './run-instruction.ts'
import type { StageNode } from './stage-graph.ts'
import { countSteps, nextLabel, type StageState, setVariable, type WalkContext } from './stage-state.ts'
import type { StageStep } from './triggers.ts'
import { imageLabelText } from './vertex-list.ts'
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
  if (start.image) {
    const label = nextLabel(state, imageLabelText(start.image), start.node.stage.from.range)
    const vertex = context.graph.image(start.image, start.platform, label)
    Object.assign(state, { root: vertex, base: { vertex, config: start.image.config } })
  }
  for (const step of start.node.steps) walkStep(state, context, step)
  return state
}

/** ARGs come along, but what ENV has set counts again from here on, even where an ARG had replaced it. */
function childState(start: StageStart, parent: StageState): StageState {
  return {
    ...parent,
    node: start.node,
    title: start.title,
    image: { ...parent.image },
    config: { ...parent.config, OnBuild: undefined },
    env: new Map([...parent.env, ...(parent.config.Env ?? []).map(splitVariable)]),
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
  const config: RunConfig = image ? { ...image.config.config, OnBuild: undefined } : { WorkingDir: '/' }
  const env = config.Env?.some(each => each.startsWith('PATH='))
    ? config.Env
    : setVariable(config.Env, 'PATH', DEFAULT_PATH)
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
