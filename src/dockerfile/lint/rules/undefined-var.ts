import { dockerRule } from '../docker-rule.ts'
import { variablePlaces } from '../place.ts'
import type { LintInput, LintRule } from '../rule.ts'
import type { UndefinedName } from '../stage-state.ts'
import { stageSteps } from '../stage-steps.ts'

export const undefinedVar: LintRule = {
  info: dockerRule('UndefinedVar', 'Variables should be defined before their use'),
  *check(input) {
    const named = namedInFile(input)
    for (const { range, triggered, complete, undefinedNames } of stageSteps(input)) {
      if (undefinedNames.length === 0) continue
      const places = variablePlaces(input.dockerfile.file, range)
      for (const undefinedName of undefinedNames) {
        if (!complete && mayComeFromBase(undefinedName, named)) continue
        const { name, near } = undefinedName
        yield {
          message: `Usage of undefined variable '$${name}'${near === undefined ? '' : ` (did you mean $${near}?)`}`,
          range: triggered ? range : places(name),
          hint: `write ARG ${name} or ENV ${name}=... above, in this stage`,
        }
      }
    }
  },
}

/**
 * When the base image is not known, a name in capitals that nothing in the file resembles is taken for one of its
 * variables: PYTHON_VERSION, JAVA_HOME.
 */
function mayComeFromBase({ name, near }: UndefinedName, named: ReadonlySet<string>): boolean {
  return near === undefined && !named.has(name) && name === name.toUpperCase()
}

/** Names that the file itself gives a value somewhere. */
function namedInFile({ dockerfile }: LintInput): Set<string> {
  const instructions = [...dockerfile.metaArgs, ...dockerfile.stages.flatMap(stage => stage.instructions)]
  const keys = instructions.flatMap(each =>
    each.kind === 'arg' ? each.args.map(arg => arg.key) : each.kind === 'env' ? each.env.map(pair => pair.key) : [],
  )
  return new Set(keys)
}
