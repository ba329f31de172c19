import type { Dockerfile, Stage } from '../dockerfile/index.ts'
import { BaseImages } from './base-images.ts'
import { finalConfig } from './final-config.ts'
import { fromNames } from './from-names.ts'
import type { BuildPlan } from './graph.ts'
import { refuseInsecureSteps } from './insecure-steps.ts'
import { type NamedContexts, NO_CONTEXTS } from './named-contexts.ts'
import type { PlanOptions, PlanResolver } from './plan-options.ts'
import { reachableStages, targetStage, titleOf } from './reachable.ts'
import { globalScope, proxyEnvironment } from './scope.ts'
import { baseImageOf, buildStages, resolveFrom, type StageNode } from './stage-graph.ts'
import type { StageState, WalkContext } from './stage-state.ts'
import { parseTriggers } from './triggers.ts'
import { sourceLabel, VertexList } from './vertex-list.ts'
import { walkStage } from './walk-stage.ts'
import { planWarnings } from './warnings.ts'

/** A plan's whole way through: the names, then the images of the stages that are needed, then their instructions. */
interface Planning {
  readonly dockerfile: Dockerfile
  readonly options: PlanOptions
  readonly nodes: readonly StageNode[]
  readonly target: StageNode
  readonly images: BaseImages
  readonly contexts: NamedContexts
}

/**
 * Makes the graph of a build. What can be checked on paper is checked first, then every image that the target needs is
 * looked up in parallel, and all of it before anything runs. Throws TareErrors with the place in the Dockerfile
 * (PlanErrorCode, and what the resolver, words and references throw).
 */
export async function planBuild(
  dockerfile: Dockerfile,
  options: PlanOptions,
  resolver: PlanResolver,
): Promise<BuildPlan> {
  const buildArgs = new Map(Object.entries(options.buildArgs))
  const { platform, buildPlatform } = options
  const stageName = targetName(dockerfile.stages, options.target)
  const scope = globalScope(dockerfile, buildArgs, platform, buildPlatform, stageName)
  const contexts = options.contexts ?? NO_CONTEXTS
  const nodes = buildStages(dockerfile, scope, contexts)
  const target = targetStage(nodes, options.target)
  const images = new BaseImages(resolver, dockerfile.file, contexts)
  const planning: Planning = { dockerfile, options, nodes, target, images, contexts }
  const reached = await settleStages(planning)
  const context: Omit<WalkContext, 'source' | 'graph'> = {
    file: dockerfile.file,
    escape: dockerfile.escape,
    buildArgs,
    scope,
    proxyEnv: proxyEnvironment(buildArgs),
    network: options.network ?? 'default',
    hostname: buildArgs.get('BUILDKIT_SANDBOX_HOSTNAME'),
    limits: options.limits ?? {},
  }
  return walkStages(planning, reached, context, planWarnings({ dockerfile, buildArgs, scope, nodes, contexts }))
}

/** What TARGETSTAGE says: the target as it was given, in its own case. */
function targetName(stages: readonly Stage[], target: string | undefined): string {
  if (!target) return stages.at(-1)?.name ?? 'default'
  if (stages.some(({ name }) => name === target.toLowerCase())) return target
  return stages[Number(target)]?.name ?? 'default'
}

/** Base images may bring triggers, and triggers may need further stages and images: until nothing new comes up. */
async function settleStages(planning: Planning): Promise<StageNode[]> {
  const { dockerfile, options, nodes, target, images, contexts } = planning
  const triggered = new Set<StageNode>()
  for (;;) {
    const reached = reachableStages(target, nodes, dockerfile.file, contexts)
    if (!options.allowInsecure) for (const node of reached) refuseInsecureSteps(node, dockerfile.file)
    if (!(await images.lookUp(reached, nodes, options.platform))) return reached
    for (const node of reached) {
      const name = baseImageOf(node)
      if (!name || node.replaced || triggered.has(node)) continue
      triggered.add(node)
      const image = images.get(name, node.platform ?? options.platform)
      const at = { file: dockerfile.file, range: node.stage.from.range }
      node.steps.unshift(...parseTriggers(image.config.config?.OnBuild ?? [], at))
    }
  }
}

function walkStages(
  planning: Planning,
  reached: readonly StageNode[],
  common: Omit<WalkContext, 'source' | 'graph'>,
  warnings: BuildPlan['warnings'],
): BuildPlan {
  const { options, nodes, target, images, contexts } = planning
  const graph = new VertexList(options.platform)
  const states = new Map<StageNode, StageState>()
  const source: WalkContext['source'] = name => {
    if (name === undefined) return { context: true, vertex: graph.context() }
    const from = resolveFrom(name, nodes, contexts)
    if (from.kind === 'stage') return { context: false, vertex: states.get(from.stage)?.root ?? graph.emptyRoot() }
    if (from.kind === 'scratch') return { context: false, vertex: graph.emptyRoot() }
    if (from.kind === 'files')
      return { context: true, vertex: graph.namedContext(from.context.name, from.context.step) }
    const image = images.get(from, options.platform)
    const label = sourceLabel(from.context?.step ?? `FROM ${image.reference}`, name.at.range)
    return { context: false, vertex: graph.image(image, options.platform, label) }
  }
  const named = nodes.length + externalImages(reached, planning) > 1
  for (const node of reached) {
    const parent = typeof node.base === 'object' ? states.get(node.base) : undefined
    const platform = node.platform ?? parent?.platform ?? options.platform
    const title = named ? titleOf(node) : undefined
    const name = baseImageOf(node)
    const image = name && images.get(name, platform)
    states.set(node, walkStage({ node, title, platform, parent, image }, { ...common, graph, source }))
  }
  const state = states.get(target)
  if (!state) throw new Error('the target stage was not walked')
  return {
    platform: state.platform,
    vertices: graph.vertices,
    target: state.root,
    targetStage: titleOf(target),
    base: state.base,
    config: finalConfig(state, options.labels ?? {}),
    history: state.history,
    stages: reached.map(node => stageSummary(node, states.get(node), target)),
    warnings,
  }
}

/** BuildKit counts images and named contexts of --from among the stages when it decides whether step names need the stage's. */
function externalImages(reached: readonly StageNode[], { nodes, dockerfile, contexts }: Planning): number {
  const names = reached.flatMap(node => node.steps).flatMap(step => fromNames(step, dockerfile.file))
  return names.filter(name => resolveFrom(name, nodes, contexts).kind !== 'stage').length
}

function stageSummary(node: StageNode, state: StageState | undefined, target: StageNode): BuildPlan['stages'][number] {
  const own = state?.vertices ?? []
  const image = node.base === 'image' && state?.base ? [state.base.vertex] : []
  return { name: titleOf(node), inImage: isAncestor(node, target), vertices: [...image, ...own] }
}

function isAncestor(node: StageNode, target: StageNode): boolean {
  let at: StageNode['base'] = target
  while (typeof at === 'object') {
    if (at === node) return true
    at = at.base
  }
  return false
}
