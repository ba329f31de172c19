import type { SourceFile } from '../base/source.ts'
import { suggest } from '../base/suggest.ts'
import { fromNames } from './from-names.ts'
import { type NamedContexts, NO_CONTEXTS } from './named-contexts.ts'
import { planError } from './plan-error.ts'
import { findStage, namesOf, resolveFrom, type StageNode } from './stage-graph.ts'

/** The stage to build: by name in any case, by index, or the last. Throws `PLAN_UNKNOWN_TARGET`. */
export function targetStage(nodes: readonly StageNode[], target: string | undefined): StageNode {
  const found = target === undefined || target === '' ? nodes.at(-1) : findStage(target, nodes)
  if (found) return found
  const near = suggest(target ?? '', namesOf(nodes))
  const hint = near === undefined ? knownStages(nodes) : `did you mean \`${near}\`?`
  throw planError(
    'PLAN_UNKNOWN_TARGET',
    `finding the target stage ${JSON.stringify(target)}: no stage has this name`,
    undefined,
    {
      hint,
      facts: { target, stages: namesOf(nodes) },
    },
  )
}

function knownStages(nodes: readonly StageNode[]): string {
  const names = namesOf(nodes)
  return names.length === 0
    ? 'no stage has a name: give it one with FROM ... AS NAME'
    : `the stages are: ${names.join(', ')}`
}

/** The stages that `stage` is made from, directly. Throws for a --from that cannot be. */
function dependenciesOf(
  stage: StageNode,
  nodes: readonly StageNode[],
  file: SourceFile,
  contexts: NamedContexts,
): StageNode[] {
  const found = new Set<StageNode>()
  if (typeof stage.base === 'object') found.add(stage.base)
  for (const step of stage.steps)
    for (const name of fromNames(step, file)) {
      const from = resolveFrom(name, nodes, contexts)
      if (from.kind === 'stage') found.add(from.stage)
    }
  return [...found]
}

/**
 * Every stage that the target needs, in file order. Circles are looked for in the whole file, as BuildKit does; then a
 * COPY from a stage further down is refused, which is what a circle that cannot be is left with.
 */
export function reachableStages(
  target: StageNode,
  nodes: readonly StageNode[],
  file: SourceFile,
  contexts = NO_CONTEXTS,
): StageNode[] {
  const needs = new Map(nodes.map(node => [node, dependenciesOf(node, nodes, file, contexts)]))
  for (const node of nodes) refuseCircle(node, needs, file)
  const reached = new Set<StageNode>([target])
  for (const node of reached) for (const need of needs.get(node) ?? []) reached.add(need)
  const ordered = nodes.filter(node => reached.has(node))
  for (const node of ordered) refuseLaterStage(node, nodes, file, contexts)
  return ordered
}

function refuseCircle(start: StageNode, needs: ReadonlyMap<StageNode, readonly StageNode[]>, file: SourceFile): void {
  const circle = circleThrough(start, needs)
  if (circle === undefined) return
  const names = circle.map(titleOf)
  const at = { file, range: start.stage.from.range }
  throw planError(
    'PLAN_CIRCULAR_STAGES',
    `planning stage ${names[0]}: circular dependency: ${names.join(' -> ')}`,
    at,
    {
      facts: { stage: names[0], circle: names },
    },
  )
}

/** The shortest way from a stage back to itself, which stands at both ends. */
function circleThrough(start: StageNode, needs: ReadonlyMap<StageNode, readonly StageNode[]>): StageNode[] | undefined {
  const neededBy = new Map<StageNode, StageNode>()
  const queue = [start]
  for (const node of queue) {
    for (const need of needs.get(node) ?? []) {
      if (need === start) return [...wayTo(node, neededBy), start]
      if (neededBy.has(need)) continue
      neededBy.set(need, node)
      queue.push(need)
    }
  }
  return undefined
}

function wayTo(node: StageNode, neededBy: ReadonlyMap<StageNode, StageNode>): StageNode[] {
  const way = [node]
  for (let at = neededBy.get(node); at; at = neededBy.get(at)) way.unshift(at)
  return way
}

function refuseLaterStage(
  node: StageNode,
  nodes: readonly StageNode[],
  file: SourceFile,
  contexts: NamedContexts,
): void {
  for (const step of node.steps)
    for (const name of fromNames(step, file)) {
      const from = resolveFrom(name, nodes, contexts)
      if (from.kind !== 'stage' || from.stage.index < node.index) continue
      const message = `planning stage ${titleOf(node)}: stage ${titleOf(from.stage)} must be defined before it is copied from`
      throw planError('PLAN_INVALID', message, { file, range: step.range })
    }
}

export function titleOf(node: StageNode): string {
  return node.name ?? `stage-${node.index}`
}
