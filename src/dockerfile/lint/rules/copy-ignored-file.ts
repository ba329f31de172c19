import { parseGitAddress } from '../../../base/git-address.ts'
import { goQuote } from '../../../base/go-quote.ts'
import { cleanPath } from '../../ignore/clean-path.ts'
import type { IgnoreMatcher, IgnoreRule, IgnoreState } from '../../ignore/types.ts'
import { dockerRule } from '../docker-rule.ts'
import type { LintRule } from '../rule.ts'
import { type StageStep, stageSteps } from '../stage-steps.ts'

export const copyIgnoredFile: LintRule = {
  info: dockerRule('CopyIgnoredFile', 'Attempting to Copy file that is excluded by .dockerignore'),
  *check(input) {
    const { ignore } = input
    if (!ignore) return
    for (const step of stageSteps(input))
      for (const source of contextSources(step)) {
        const path = cleanPath(source)
        const rule = ignoringRule(ignore, path)
        if (!rule) continue
        const keyword = step.instruction.kind === 'add' ? 'Add' : 'Copy'
        yield {
          message: `Attempting to ${keyword} file ${goQuote(path)} that is excluded by .dockerignore`,
          range: step.range,
          hint: `do not copy it, or change line ${rule.line} of the ignore file: ${rule.text}`,
        }
      }
  },
}

function contextSources({ instruction, words }: StageStep): string[] {
  if ((instruction.kind !== 'copy' && instruction.kind !== 'add') || instruction.from) return []
  const sources = words.filter(word => word.part === 'source').map(word => word.value)
  return instruction.kind === 'copy' ? sources : sources.filter(source => !isRemote(source))
}

/** What ADD downloads. */
function isRemote(source: string): boolean {
  if (/^https?:\/\//i.test(source)) return true
  try {
    return parseGitAddress(source)?.looksLocal === false
  } catch {
    return true
  }
}

/** The rule that keeps the whole of `path` out of the context; undefined when part of it may be there. */
function ignoringRule(ignore: IgnoreMatcher, path: string): IgnoreRule | undefined {
  const relative = path === '.' ? '' : path.replace(/^\//, '')
  if (ignore.rules.some(rule => rule.exclusion && mayBringBack(rule.pattern, relative))) return undefined
  if (relative === '') return ignore.rules.find(rule => ['*', '**', '**/*'].includes(rule.pattern))
  const { ignored, rule } = verdictOn(path, ignore)
  return ignored ? rule : undefined
}

/** As BuildKit asks: a slash at the start counts as an empty name above the path, which `*` matches and `a` does not. */
function verdictOn(path: string, ignore: IgnoreMatcher): IgnoreState {
  const names = path.split('/')
  return names.reduce((above, _, i) => ignore.matchChild(names.slice(0, i + 1).join('/'), above), ignore.root)
}

/** Whether an exclusion can match at or below `path`; of one with wildcards only what stands before them is certain. */
function mayBringBack(pattern: string, path: string): boolean {
  const parts = pattern.split('/')
  const wild = parts.findIndex(part => /[*?[]/.test(part))
  const start = wild < 0 ? pattern : parts.slice(0, wild).join('/')
  return isAtOrBelow(start, path) || (wild >= 0 && isAtOrBelow(path, start))
}

function isAtOrBelow(path: string, directory: string): boolean {
  return directory === '' || path === directory || path.startsWith(`${directory}/`)
}
