import { goQuote } from '../../../base/go-quote.ts'
import { dockerRule } from '../docker-rule.ts'
import type { LintRule } from '../rule.ts'
import { type StageStep, stageSteps } from '../stage-steps.ts'

/** Words that make a name look secret, between underscores or alone, in any case. */
const SECRET = /(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)/i
/** Words that say it is not. */
const HARMLESS = /(?:_|^)(?:public|file|version)(?:_|$)/i

export const secretsUsedInArgOrEnv: LintRule = {
  info: dockerRule('SecretsUsedInArgOrEnv', 'Sensitive data should not be used in the ARG or ENV commands'),
  *check(input) {
    for (const step of stageSteps(input))
      for (const key of new Set(keysOf(step))) {
        if (!SECRET.test(key) || HARMLESS.test(key)) continue
        const keyword = step.instruction.kind.toUpperCase()
        yield {
          message: `Do not use ARG or ENV instructions for sensitive data (${keyword} ${goQuote(key)})`,
          range: step.range,
          hint: `the image's history keeps it: hand it in with --secret and read it with RUN --mount=type=secret,env=${key}`,
        }
      }
  },
}

function keysOf({ instruction, words }: StageStep): string[] {
  if (instruction.kind === 'arg') return instruction.args.map(arg => arg.key)
  return instruction.kind === 'env' ? words.filter(word => word.part === 'key').map(word => word.value) : []
}
