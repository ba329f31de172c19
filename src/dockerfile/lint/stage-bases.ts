import type { Stage } from '../instructions/types.ts'
import { expandWord } from '../shell/expand.ts'
import type { Expansion } from '../shell/types.ts'
import { globalScope } from './global-scope.ts'
import type { LintInput } from './rule.ts'

/** A FROM line with its variables expanded; a part is undefined when it is not there or cannot be expanded. */
export interface StageBase {
  readonly stage: Stage
  readonly image: Expansion | undefined
  readonly platform: Expansion | undefined
  /** The stage above that FROM names. */
  readonly parent: Stage | undefined
}

const known = new WeakMap<LintInput, readonly StageBase[]>()

/** Of every stage, in file order; worked out once for all rules. */
export function stageBases(input: LintInput): readonly StageBase[] {
  const found = known.get(input) ?? readBases(input)
  known.set(input, found)
  return found
}

function readBases(input: LintInput): StageBase[] {
  const { values } = globalScope(input)
  const expand = (word: string): Expansion | undefined => {
    try {
      return expandWord(word, name => values.get(name), { escape: input.dockerfile.escape })
    } catch {
      return undefined
    }
  }
  const above = new Map<string, Stage>()
  return input.dockerfile.stages.map(stage => {
    const image = expand(stage.from.image)
    const platform = stage.from.platform ? expand(stage.from.platform) : undefined
    const parent = image && above.get(image.value)
    if (stage.name !== undefined) above.set(stage.name, stage)
    return { stage, image, platform, parent }
  })
}
