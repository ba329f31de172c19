import type { Dockerfile, Stage } from '../dockerfile/index.ts'
import { fromNames } from './from-names.ts'
import type { BuildPlan } from './graph.ts'
import { type NamedContexts, unusedContexts } from './named-contexts.ts'
import { type GlobalScope, isPredefinedArgument } from './scope.ts'
import type { StageNode } from './stage-graph.ts'
import type { StageStep } from './triggers.ts'

interface Planned {
  readonly dockerfile: Dockerfile
  readonly buildArgs: ReadonlyMap<string, string>
  readonly scope: GlobalScope
  /** All stages, with the triggers that are known. */
  readonly nodes: readonly StageNode[]
  readonly contexts: NamedContexts
}

/** What is allowed but hardly meant. */
export function planWarnings(planned: Planned): BuildPlan['warnings'] {
  const { dockerfile, buildArgs, scope } = planned
  return [...unusedArguments(dockerfile, buildArgs, scope), ...uselessContexts(planned)]
}

/** What no stage of the Dockerfile names, needed or not: a context for a stage that is not built is no mistake. */
function uselessContexts({ dockerfile, nodes, contexts }: Planned): BuildPlan['warnings'] {
  if (contexts.size === 0) return []
  const names = nodes.flatMap(({ name, image, stage, steps }) => [
    ...(name === undefined ? [] : [name]),
    image,
    ...[...ownSteps(stage), ...steps].flatMap(step => fromNames(step, dockerfile.file).map(from => from.name)),
  ])
  return unusedContexts(contexts, names).map(({ name, near }) => {
    const meant = near === undefined ? '' : `; did you mean ${near}?`
    const message = `--build-context ${name} is not used: no stage, FROM or --from has this name${meant}`
    return { code: 'UnusedBuildContext', message, range: undefined }
  })
}

/** Of a stage that a context stands in for, too. */
function ownSteps(stage: Stage): StageStep[] {
  return stage.instructions.map(instruction => ({ instruction, range: instruction.range, trigger: undefined }))
}

/** Arguments that triggers of a base image declare cannot be known here; with any such image in sight they would be seen as unused. */
function unusedArguments(
  dockerfile: Dockerfile,
  buildArgs: ReadonlyMap<string, string>,
  scope: GlobalScope,
): BuildPlan['warnings'] {
  const declared = new Set(scope.declared)
  for (const { instructions } of dockerfile.stages)
    for (const each of instructions) if (each.kind === 'arg') for (const { key } of each.args) declared.add(key)
  return [...buildArgs.keys()]
    .filter(name => !declared.has(name) && !isPredefinedArgument(name, scope))
    .map(name => {
      const message = `--build-arg ${name} is not used: no ARG declares it`
      return { code: 'UnusedBuildArgument', message, range: undefined }
    })
}
