import type { Target } from '../../record/index.ts'
import type { Dockerfile } from '../instructions/types.ts'
import { descriptionOf } from './described.ts'

/** The stages that can be built, as `docker build --call=targets` lists them. */
export function listTargets({ stages }: Dockerfile): Target[] {
  return stages.map(({ name, from, index }) => ({
    name,
    isDefault: index === stages.length - 1,
    description: descriptionOf(name, from.comments),
    base: from.image,
    platform: from.platform,
    line: from.range.startLine,
  }))
}
