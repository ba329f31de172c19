import { posix } from 'node:path'
import {
  type BindMount,
  type CacheMount,
  type Flag,
  type Mount,
  mountFrom,
  parseMount,
  type RunInstruction,
} from '../dockerfile/index.ts'
import { type FromName, fromNames } from './from-names.ts'
import type { VertexIndex } from './graph.ts'
import { planError, type SourceSpot } from './plan-error.ts'
import type { PlannedMount } from './planned-mount.ts'
import { expand, type StageState, type WalkContext } from './stage-state.ts'
import type { StageStep } from './triggers.ts'
import { CONTEXT_VIEW } from './vertex-list.ts'
import { resolveInside } from './workdir-instruction.ts'

/** The mounts of a RUN, and what they read beside the root. */
export interface RunMounts {
  readonly mounts: readonly PlannedMount[]
  readonly inputs: readonly VertexIndex[]
  /** Variables that mounts bring: the place of the ssh agent's socket. */
  readonly env: ReadonlyMap<string, string>
  /** Names of variables that hold secrets. */
  readonly secretNames: readonly string[]
}

const AGENT_VARIABLE = 'SSH_AUTH_SOCK'

/** @param firstInput the position that the first input of a mount will have */
export function runMounts(
  state: StageState,
  context: WalkContext,
  step: StageStep,
  run: RunInstruction,
  firstInput: number,
): RunMounts {
  const planning = new MountPlanning(state, context, step, firstInput)
  const mounts = run.mounts.map(flag => planning.mount(flag))
  const socket = mounts.find(mount => mount.type === 'ssh')?.target
  const env = socket === undefined || state.env.has(AGENT_VARIABLE) ? [] : [[AGENT_VARIABLE, socket] as const]
  const secretNames = mounts.flatMap(mount => (mount.type === 'secret' && mount.env ? [mount.env] : []))
  return { mounts, inputs: planning.inputs, env: new Map(env), secretNames }
}

class MountPlanning {
  readonly inputs: VertexIndex[] = []
  readonly #state: StageState
  readonly #context: WalkContext
  readonly #step: StageStep
  readonly #firstInput: number
  readonly #names: Iterator<FromName>
  #sockets = 0

  constructor(state: StageState, context: WalkContext, step: StageStep, firstInput: number) {
    this.#state = state
    this.#context = context
    this.#step = step
    this.#firstInput = firstInput
    this.#names = fromNames(step, context.file).values()
  }

  mount(flag: Flag): PlannedMount {
    const at = { file: this.#context.file, range: this.#step.trigger === undefined ? flag.range : this.#step.range }
    const mount = parseMount(flag, word => expand(this.#state, this.#context, word, at), at)
    const name = mountFrom(flag) === undefined ? undefined : this.#names.next().value
    return this.#planned(mount, name, at)
  }

  #planned(mount: Mount, name: FromName | undefined, at: SourceSpot): PlannedMount {
    switch (mount.type) {
      case 'bind':
        return this.#bind(mount, name, at)
      case 'cache':
        return this.#cache(mount, name, at)
      case 'tmpfs':
        return { ...mount, target: this.#target(mount.target, at) }
      case 'secret':
        return { ...mount, target: mount.target === undefined ? undefined : this.#target(mount.target, at) }
      case 'ssh':
        return { ...mount, target: this.#target(mount.target ?? `/run/buildkit/ssh_agent.${this.#sockets++}`, at) }
    }
  }

  #bind({ type, target, source, readOnly }: BindMount, name: FromName | undefined, at: SourceSpot): PlannedMount {
    const files = this.#files(source, name, at)
    const op = this.#context.graph.vertices[this.inputs[files.input - this.#firstInput] as number]?.op
    const byContent = files.source !== CONTEXT_VIEW && op?.type !== 'image'
    return { type, target: this.#target(target, at), readOnly, byContent, ...files }
  }

  #cache(mount: CacheMount, name: FromName | undefined, at: SourceSpot): PlannedMount {
    const { type, sharing, readOnly, mode, uid, gid } = mount
    const files = name === undefined ? { input: undefined, source: '/' } : this.#files(mount.source, name, at)
    const namespace = this.#context.buildArgs.get('BUILDKIT_CACHE_MOUNT_NS') ?? ''
    const id = `${namespace}/${mount.id ?? cleanedTarget(mount.target)}`
    return { type, target: this.#target(mount.target, at), id, sharing, readOnly, mode, uid, gid, ...files }
  }

  /** Of the context only what is asked for and no ignore file keeps out is there to be mounted. */
  #files(written: string, name: FromName | undefined, at: SourceSpot): { input: number; source: string } {
    const { context, vertex } = this.#context.source(name)
    const source = resolveInside('/', written)
    if (!context) return { input: this.#input(vertex), source }
    const view = this.#context.graph.contextView(vertex, source, written, at.range)
    return { input: this.#input(view), source: CONTEXT_VIEW }
  }

  #input(vertex: VertexIndex): number {
    const known = this.inputs.indexOf(vertex)
    return this.#firstInput + (known < 0 ? this.inputs.push(vertex) - 1 : known)
  }

  /** Without a target a mount lies over the working directory. */
  #target(written: string, at: SourceSpot): string {
    const target = resolveInside(this.#state.config.WorkingDir, written)
    if (target === '/') throw overRoot(at)
    const place = /^\/(?:proc|sys)(?=\/|$)|^\/dev$/.exec(target)?.[0]
    if (place === undefined) return target
    throw planError('PLAN_INVALID', `mounting at ${target}: ${place} is the sandbox's own`, at)
  }
}

function overRoot(at: SourceSpot): Error {
  const cause = 'reading --mount: nothing can be mounted over the root'
  return planError('PLAN_INVALID', cause, at, { hint: 'say where with target=/some/path' })
}

function cleanedTarget(target: string): string {
  return posix.normalize(target).replace(/(.)\/+$/, '$1')
}
