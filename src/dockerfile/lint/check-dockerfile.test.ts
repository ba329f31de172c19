import { describe, expect, it } from 'vitest'
import { lintRules } from './all-rules.ts'
import { type CheckRequest, checkDockerfile } from './check-dockerfile.ts'
import { type LintCase, lintInput } from './lint.fixture.ts'

const TEXT = 'FROM alpine as x\nRUN y\nCMD z\n'

/** Docker's rules: Tare's own have their say beside them. */
const DOCKERS = new Set(lintRules().flatMap(rule => (rule.origin === 'docker' ? [rule.name] : [])))

function found(about: LintCase | string, request: CheckRequest = {}): string[] {
  const { findings } = checkDockerfile(lintInput(about), request)
  return findings.flatMap(({ rule, range }) => (DOCKERS.has(rule) ? [`${range?.startLine} ${rule}`] : []))
}

describe('checkDockerfile', () => {
  it('gives findings by line, then by rule', () => {
    const text = 'FROM alpine as Xy\nWORKDIR $a\nMAINTAINER me\n'
    expect(found(text)).toEqual([
      '1 FromAsCasing',
      '1 StageNameCasing',
      '2 UndefinedVar',
      '2 WorkdirRelativePath',
      '3 MaintainerDeprecated',
    ])
  })

  it('has every rule but experimental ones, unless they are asked for', () => {
    const names = (request: CheckRequest): string[] =>
      checkDockerfile(lintInput(TEXT), request).rules.map(rule => rule.name)
    expect(names({})).not.toContain('InvalidDefinitionDescription')
    expect(names({ experimental: ['InvalidDefinitionDescription'] })).toContain('InvalidDefinitionDescription')
    expect(names({ experimental: ['all'], skip: ['all'] })).toContain('InvalidDefinitionDescription')
    expect(names({ skip: ['FromAsCasing'] })).not.toContain('FromAsCasing')
  })

  it('hears the directive, and the build argument in its place', () => {
    const dockerfile = `# check=skip=FromAsCasing\n${TEXT}`
    const argument = (value: string) => found({ dockerfile, buildArgs: { BUILDKIT_DOCKERFILE_CHECK: value } })
    expect(found(dockerfile)).toEqual(['4 JSONArgsRecommended'])
    expect(argument('skip=JSONArgsRecommended')).toEqual(['2 FromAsCasing'])
    expect(argument('')).toEqual(['2 FromAsCasing', '4 JSONArgsRecommended'])
    expect(found(dockerfile, { skip: ['JSONArgsRecommended'] })).toEqual([])
  })

  it('does not read a directive that the build argument replaces', () => {
    const dockerfile = `# check=nonsense\n${TEXT}`
    expect(() => found(dockerfile)).toThrow('unknown check option "nonsense"')
    expect(found({ dockerfile, buildArgs: { BUILDKIT_DOCKERFILE_CHECK: 'skip=all' } })).toEqual([])
  })

  it('hears comments before an instruction, for that instruction alone', () => {
    const comment = '# check=skip=JSONArgsRecommended\n'
    expect(found(`FROM alpine AS a\n# why\n${comment}CMD \\\n z\nFROM a\nCMD z\n`)).toEqual(['7 JSONArgsRecommended'])
    expect(found(`FROM alpine AS a\nRUN z\n${comment}RUN z\nCMD z\n`)).toEqual(['5 JSONArgsRecommended'])
    const experimental = '# check=experimental=InvalidDefinitionDescription\n# x\nARG a\n# x\nARG a\n'
    expect(found(`FROM alpine\n${experimental}`)).toEqual(['4 InvalidDefinitionDescription'])
  })

  it('fails when findings are errors and there are some', () => {
    const failing = (text: string, request?: CheckRequest) => checkDockerfile(lintInput(text), request).failing
    expect(failing(TEXT)).toBe(false)
    expect(failing(TEXT, { error: true })).toBe(true)
    expect(failing(`# check=error=true\n${TEXT}`)).toBe(true)
    expect(failing(`# check=error=true;skip=all\n${TEXT}`)).toBe(false)
  })

  it('names what no rule is called: in the file by the way, in a request as an error', () => {
    expect(checkDockerfile(lintInput(`# check=skip=FromAsCase,all,\n${TEXT}`)).unknownRules).toEqual([
      'FromAsCase',
      'all',
    ])
    expect(() => found(TEXT, { skip: ['FromAsCase'] })).toThrow(
      expect.objectContaining({ code: 'lint-options', hint: 'did you mean FromAsCasing?' }),
    )
  })
})
