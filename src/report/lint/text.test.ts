import { describe, expect, it } from 'vitest'
import { CLEAN, RESULT } from './lint.fixture.ts'
import { formatLintText, formatRules } from './text.ts'

describe('formatLintText', () => {
  it('prints what docker prints, the place to the column and the way out', () => {
    expect(formatLintText([RESULT])).toBe(`Check complete, 2 warnings have been found!

WARNING: StageNameCasing - https://docs.example/stage-name-casing/
Stage name 'Build' should be lowercase
web/a b%\\xff:1
--------------------
   1 | >>> FROM alpine AS Build
     |                    ^^^^^
   2 |     RUN echo
   3 |     
--------------------
hint: write build (--fix does it)

WARNING: RunsAsRoot - docs/rules/RunsAsRoot.md
a: b, 100%\\x0ac
web/a b%\\xff
`)
  })

  it('counts over files', () => {
    expect(formatLintText([CLEAN])).toBe('Check complete, no warnings found.\n')
    const one = { ...RESULT, findings: RESULT.findings.slice(1) }
    expect(formatLintText([CLEAN, one])).toMatch(/^Check complete, 1 warning has been found!\n\nWARNING: RunsAsRoot/)
  })

  it('tells of rules in check= that do not exist', () => {
    const text = formatLintText([{ ...CLEAN, unknownRules: ['Foo\u001b'] }])
    expect(text).toContain('check= names a rule that does not exist: Foo\\x1b')
  })
})

describe('formatRules', () => {
  it('is a line each', () => {
    const [first, second] = RESULT.rules
    if (!first || !second) throw new Error('no rules')
    expect(formatRules([first, { ...second, experimental: true }])).toBe(
      'StageNameCasing  docker  Stage names should be lowercase\nRunsAsRoot       tare    No root (experimental: off unless asked for)\n',
    )
  })
})
