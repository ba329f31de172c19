import type { ArgInstruction } from '../instructions/types.ts'
import { expandWord } from '../shell/expand.ts'
import { bounded } from './effort.ts'
import { oncePerInput } from './once-per-input.ts'
import type { LintInput } from './rule.ts'

/** What FROM lines may refer to, and what a bare `ARG NAME` in a stage takes its value from. */
export interface GlobalScope {
  readonly values: ReadonlyMap<string, string>
  /** Every name that is predefined or declared before the first FROM. */
  readonly known: ReadonlySet<string>
}

/** Platform arguments, then the ARGs before the first FROM, each seeing those above it; `--build-arg` wins over both. */
export const globalScope = oncePerInput((input): GlobalScope => {
  const values = predefined(input)
  const known = new Set(values.keys())
  for (const instruction of input.dockerfile.metaArgs) {
    for (const { key } of instruction.args) known.add(key)
    declare(input, instruction, input.buildArgs, values)
  }
  return { values, known }
})

/** The same as if no `--build-arg` were given for the file's own ARGs; undefined when one of them cannot be expanded. */
export function defaultScope(input: LintInput): ReadonlyMap<string, string> | undefined {
  const values = predefined(input)
  const fine = input.dockerfile.metaArgs.every(each => declare(input, each, new Map(), values))
  return fine ? values : undefined
}

function predefined({ buildArgs, buildPlatform, targetPlatform, target, dockerfile }: LintInput): Map<string, string> {
  const values = new Map([...platformArguments('BUILD', buildPlatform), ...platformArguments('TARGET', targetPlatform)])
  values.set('TARGETSTAGE', target ?? dockerfile.stages.at(-1)?.name ?? 'default')
  for (const name of values.keys()) {
    const given = buildArgs.get(name)
    if (given !== undefined) values.set(name, given)
  }
  return values
}

function platformArguments(prefix: string, platform: string): [string, string][] {
  const [os = '', architecture = '', variant = ''] = platform.split('/')
  return [
    [`${prefix}PLATFORM`, platform],
    [`${prefix}OS`, os],
    [`${prefix}OSVERSION`, ''],
    [`${prefix}ARCH`, architecture],
    [`${prefix}VARIANT`, variant],
  ]
}

/** False when a default cannot be expanded: planning the build reports that. */
function declare(
  { dockerfile }: LintInput,
  { args }: ArgInstruction,
  buildArgs: ReadonlyMap<string, string>,
  values: Map<string, string>,
): boolean {
  for (const { key, value } of args) {
    const given = buildArgs.get(key)
    if (given !== undefined) values.set(key, given)
    else if (value !== undefined) {
      try {
        values.set(key, bounded(expandWord(value, name => values.get(name), { escape: dockerfile.escape }).value))
      } catch {
        return false
      }
    }
  }
  return true
}
