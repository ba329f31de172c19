import type { ArgInstruction, EnvInstruction, Stage } from '../../instructions/types.ts'
import { oncePerInput } from '../once-per-input.ts'
import type { LintInput } from '../rule.ts'
import { expandKnown, type StageState, Step, sourcesOf } from './stage-steps.ts'
import { Variables } from './variables.ts'

/** A stage with its place among the others. */
export interface StageView {
  readonly stage: Stage
  /** FROM's image with variables put in; as written where one is not known. */
  readonly image: string
  /** The stage of the file that it is built FROM. */
  readonly parent: StageView | undefined
  /** The stages that it is made from: FROM, COPY --from, RUN --mount=from. */
  readonly needs: ReadonlySet<StageView>
  readonly steps: readonly Step[]
  /** What a stage built FROM this one starts with. */
  readonly end: StageState
}

/** A Dockerfile's stages as seen from the one that becomes the image. */
export interface Stages {
  readonly all: readonly StageView[]
  /** Undefined when the target is no stage. */
  readonly target: StageView | undefined
  /** The target and what it is built FROM in this file, the lowest first. Only what they add is in the image. */
  readonly image: readonly StageView[]
  /** Their steps, in the order they are carried out. */
  readonly imageSteps: readonly Step[]
  /** Every stage that is built for the target. */
  readonly reached: ReadonlySet<StageView>
}

/** Read once for all rules. */
export const stagesOf = oncePerInput(viewStages)

/** Stages by what a `--from` may call them, filled from the top of the file down. */
export class StageNames {
  readonly #all: StageView[] = []
  readonly #named = new Map<string, StageView>()

  add(view: StageView): void {
    this.#all.push(view)
    if (view.stage.name !== undefined) this.#named.set(view.stage.name, view)
  }

  /** FROM knows stages by their lower-case names only. */
  base(image: string): StageView | undefined {
    return this.#named.get(image)
  }

  /** By name in any case (the last of equal ones), or by number. */
  find(name: string): StageView | undefined {
    return this.#named.get(name.toLowerCase()) ?? (/^\d+$/.test(name) ? this.#all[Number(name)] : undefined)
  }

  get size(): number {
    return this.#named.size
  }

  names(): IterableIterator<string> {
    return this.#named.keys()
  }
}

export function titleOf(stage: Stage): string {
  return stage.name ?? `stage-${stage.index}`
}

/** What the lowest stage that `view` is built FROM starts with: an image outside the file, or `scratch`. */
export function baseImageOf(view: StageView): string {
  let lowest = view
  while (lowest.parent) lowest = lowest.parent
  return lowest.image
}

/** `start` and everything that it is made from. */
export function reachedFrom(start: Iterable<StageView>): Set<StageView> {
  const reached = new Set<StageView>(start)
  for (const view of reached) for (const need of view.needs) reached.add(need)
  return reached
}

function viewStages(input: LintInput): Stages {
  const globals = globalVariables(input)
  const names = new StageNames()
  const all = input.dockerfile.stages.map(stage => {
    const view = viewStage(stage, names, globals, input)
    names.add(view)
    return view
  })
  const target = input.target ? names.find(input.target) : all.at(-1)
  const image = chainOf(target)
  const reached = reachedFrom(target ? [target] : [])
  return { all, target, image, imageSteps: image.flatMap(view => view.steps), reached }
}

function viewStage(stage: Stage, above: StageNames, globals: Variables, input: LintInput): StageView {
  const { escape: escapeChar } = input.dockerfile
  const image = expandKnown(stage.from.image, name => globals.get(name), escapeChar) ?? stage.from.image
  const parent = above.base(image)
  const variables = new Variables(parent?.end.variables)
  let state: StageState = {
    workdir: parent ? parent.end.workdir : image === 'scratch' ? '/' : undefined,
    shell: parent?.end.shell,
    variables,
  }
  const steps: Step[] = []
  for (const [at, instruction] of stage.instructions.entries()) {
    const step: Step = new Step(instruction, stage, state, at, escapeChar)
    if (instruction.kind === 'env') assign(instruction, variables, step, at + 1)
    if (instruction.kind === 'arg') declare(instruction, variables, step, at + 1, { globals, given: input.buildArgs })
    state = step.after
    steps.push(step)
  }
  const froms = steps.flatMap(sourcesOf).map(name => above.find(name))
  const needs = new Set([parent, ...froms].filter(view => view !== undefined))
  return { stage, image, parent, needs, steps, end: state }
}

/** All of one ENV see what stood before it. */
function assign({ env }: EnvInstruction, variables: Variables, step: Step, from: number): void {
  const values = env.map(({ key, value }) => [key, step.expand(value)] as const)
  for (const [key, value] of values) variables.set(key, value, from)
}

function declare(
  { args }: ArgInstruction,
  variables: Variables,
  step: Step,
  from: number,
  { globals, given }: { readonly globals: Variables; readonly given: ReadonlyMap<string, string> },
): void {
  for (const { key, value } of args) {
    const own = value === undefined ? globals.get(key) : step.expand(value)
    variables.declare(key, given.get(key) ?? own, from)
  }
}

function globalVariables({ dockerfile, buildArgs, targetPlatform, buildPlatform }: LintInput): Variables {
  const globals = new Variables()
  setPlatform('TARGET', targetPlatform, globals)
  setPlatform('BUILD', buildPlatform, globals)
  for (const { key, value } of dockerfile.metaArgs.flatMap(instruction => instruction.args)) {
    const own = value === undefined ? undefined : expandKnown(value, name => globals.get(name), dockerfile.escape)
    globals.declare(key, buildArgs.get(key) ?? own, 0)
  }
  return globals
}

function setPlatform(prefix: string, platform: string, globals: Variables): void {
  const [os, architecture, variant = ''] = platform.split('/')
  globals.declare(`${prefix}PLATFORM`, platform, 0)
  globals.declare(`${prefix}OS`, os, 0)
  globals.declare(`${prefix}ARCH`, architecture, 0)
  globals.declare(`${prefix}VARIANT`, variant, 0)
}

function chainOf(target: StageView | undefined): StageView[] {
  const chain: StageView[] = []
  for (let view = target; view; view = view.parent) chain.push(view)
  return chain.reverse()
}
