import type { Dockerfile } from '../dockerfile/index.ts'
import type { BuildPlan } from './graph.ts'
import { type GlobalScope, isPredefinedArgument } from './scope.ts'

/** What is allowed but hardly meant. */
export function planWarnings(
  dockerfile: Dockerfile,
  buildArgs: ReadonlyMap<string, string>,
  scope: GlobalScope,
): BuildPlan['warnings'] {
  return [...duplicateStages(dockerfile), ...unusedArguments(dockerfile, buildArgs, scope)]
}

function duplicateStages(dockerfile: Dockerfile): BuildPlan['warnings'] {
  const seen = new Set<string>()
  return dockerfile.stages.flatMap(({ name, from }) => {
    if (name === undefined) return []
    const again = seen.has(name)
    seen.add(name)
    if (!again) return []
    const message = `stage name ${JSON.stringify(name)} is used twice: the last one counts`
    return [{ code: 'DuplicateStageName', message, range: from.range }]
  })
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
