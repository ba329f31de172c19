import type { Stage } from '../instructions/types.ts'
import { expandWord } from '../shell/expand.ts'
import type { Expansion } from '../shell/types.ts'
import { globalScope } from './global-scope.ts'
import { oncePerInput } from './once-per-input.ts'

/** A FROM line with its variables expanded; a part is undefined when it is not there or cannot be expanded. */
export interface StageBase {
  readonly stage: Stage
  readonly image: Expansion | undefined
  readonly platform: Expansion | undefined
  /** The stage above that FROM names. */
  readonly parent: Stage | undefined
}

/** Of every stage, in file order. */
export const stageBases = oncePerInput((input): readonly StageBase[] => {
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
})
