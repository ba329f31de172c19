import type { SourceFile, SourceRange } from '../base/source.ts'
import { mountFrom } from '../dockerfile/index.ts'
import { isCopy, type StageStep } from './triggers.ts'

/** A name that a step reads files from: `--from` of COPY, `from` of a mount. */
export interface FromName {
  readonly name: string
  /** As users know it: `--from`, `--mount=from`. */
  readonly flag: string
  readonly at: { readonly file: SourceFile; readonly range: SourceRange }
}

/** Names of a mount stand for stages and images, indexes for nothing. */
export const MOUNT_FROM = '--mount=from'

/** The names that a step reads from, in order; a trigger's point at the line that brought it. */
export function fromNames(step: StageStep, file: SourceFile): FromName[] {
  const { instruction } = step
  const at = (range: SourceRange) => ({ file, range: step.trigger === undefined ? range : step.range })
  if (isCopy(instruction)) {
    const { from } = instruction
    return from === undefined ? [] : [{ name: from.value ?? '', flag: '--from', at: at(from.range) }]
  }
  if (instruction.kind !== 'run') return []
  return instruction.mounts.flatMap(mount => {
    const name = mountFrom(mount)
    return name === undefined ? [] : [{ name, flag: MOUNT_FROM, at: at(mount.range) }]
  })
}
