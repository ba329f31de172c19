import type { ContextFile, ContextStep, ContextUse, FileCount } from '../../record/index.ts'
import { proposeIgnore } from './propose-ignore.ts'

/** What was found out about a context: every file, and the steps that take some. */
export interface ContextFindings {
  readonly context: string
  readonly ignoreFile: string | undefined
  readonly steps: readonly Pick<ContextStep, 'text' | 'line'>[]
  readonly files: readonly ContextFile[]
  /** The text of every RUN. */
  readonly commands: readonly string[]
  readonly unknownBases: readonly string[]
}

/** Adds the findings up. */
export function contextUse({ commands, ...found }: ContextFindings): ContextUse {
  const visible = found.files.filter(file => file.ignoredBy === undefined)
  return {
    version: 1,
    ...found,
    steps: found.steps.map((step, index) => ({
      ...step,
      ...countOf(visible.filter(file => file.steps.includes(index))),
    })),
    visible: countOf(visible),
    taken: countOf(visible.filter(file => file.steps.length > 0)),
    unused: countOf(visible.filter(file => file.steps.length === 0)),
    ignored: countOf(found.files.filter(file => file.ignoredBy !== undefined)),
    proposal: proposeIgnore(found.files, commands),
  }
}

function countOf(files: readonly ContextFile[]): FileCount {
  return { files: files.length, bytes: files.reduce((sum, file) => sum + file.bytes, 0) }
}
