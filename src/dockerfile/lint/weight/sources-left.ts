import type { LintInput, RuleFinding } from '../rule.ts'
import { isApplication } from './image-purpose.ts'
import { isWholeContext } from './paths.ts'
import { isCopyStep, type Step } from './stage-steps.ts'
import { stagesOf } from './stages.ts'
import { compiledLanguage } from './toolchains.ts'
import { weightRule } from './weight-rule.ts'

export const sourcesLeft = weightRule(
  'SourcesLeft',
  'Sources of a compiled program, and what the compiler leaves beside it, should not be in the image',
  check,
)

function* check(input: LintInput): Generator<RuleFinding> {
  const stages = stagesOf(input)
  if (!isApplication(stages)) return
  let sources: Step | undefined
  for (const step of stages.imageSteps) {
    if (bringsSources(step)) sources ??= step
    const language = step.commands.map(compiledLanguage).find(Boolean)
    if (!sources || language === undefined) continue
    yield finding(sources, step, language)
    return
  }
}

function bringsSources(step: Step): boolean {
  if (!isCopyStep(step) || step.instruction.from !== undefined) return false
  return step.instruction.sources.some(source => isWholeContext(source) || isSourceName(source))
}

function isSourceName(source: string): boolean {
  return /(?:^|\/)(?:src|cmd|internal|pkg|lib)\/?$|\.(?:go|rs|c|cc|cpp|java|kt|cs|swift|hs)$/.test(source)
}

function finding(sources: Step, step: Step, language: string): RuleFinding {
  return {
    message: `The ${language} sources copied here stay in the image beside what line ${step.instruction.range.startLine} builds from them`,
    range: sources.instruction.range,
    hint: 'build in a stage of its own, FROM ... AS build, and bring the result with COPY --from=build',
  }
}
