import { goQuote } from '../../../base/go-quote.ts'
import { dockerRule } from '../docker-rule.ts'
import type { LintInput, LintRule } from '../rule.ts'
import { isWindows } from '../stage-state.ts'
import { stageSteps } from '../stage-steps.ts'

export const workdirRelativePath: LintRule = {
  info: dockerRule(
    'WorkdirRelativePath',
    'Relative workdir without an absolute workdir declared within the build can have unexpected results if the base image changes',
  ),
  *check(input) {
    for (const { instruction, hasWorkdir, words, range } of stageSteps(input)) {
      const path = words[0]?.value
      if (instruction.kind !== 'workdir' || hasWorkdir || path === undefined || isAbsolute(input, path)) continue
      yield {
        message: `Relative workdir ${goQuote(path)} can have unexpected results if the base image changes`,
        range,
        hint: 'write a path that starts with a slash, or a WORKDIR with such a path above',
      }
    }
  },
}

function isAbsolute(input: LintInput, path: string): boolean {
  return isWindows(input) ? /^(?:[A-Za-z]:)?[/\\]/.test(path) : path.startsWith('/')
}
