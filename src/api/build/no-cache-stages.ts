import { suggest } from '../../base/suggest.ts'
import type { Dockerfile } from '../../dockerfile/index.ts'
import type { BuildPlan, VertexIndex } from '../../plan/index.ts'
import { apiError } from '../errors.ts'

/** The steps of the stages named, by what the plan calls them (`stage-1` for one without a name). Throws `BUILD_INVALID_OPTION`. */
export function verticesOfStages(
  names: readonly string[],
  plan: BuildPlan,
  { stages }: Dockerfile,
): ReadonlySet<VertexIndex> {
  const known = stages.map(({ name }, index) => name?.toLowerCase() ?? `stage-${index}`)
  const wanted = new Set(names.map(name => name.toLowerCase()))
  for (const name of wanted) if (!known.includes(name)) throw unknownStage(name, known)
  return new Set(plan.stages.filter(({ name }) => wanted.has(name.toLowerCase())).flatMap(({ vertices }) => vertices))
}

function unknownStage(name: string, known: readonly string[]): Error {
  const near = suggest(name, known)
  return apiError('BUILD_INVALID_OPTION', `no stage ${JSON.stringify(name)} to run again without the cache`, {
    hint: near === undefined ? `The Dockerfile has: ${known.join(', ')}.` : `Did you mean ${near}?`,
  })
}
