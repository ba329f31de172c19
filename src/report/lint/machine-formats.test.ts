import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { formatDockerCheckJson } from './docker-json.ts'
import { formatLintGithub } from './github.ts'
import { formatLintJson } from './json.ts'
import { CLEAN, RESULT } from './lint.fixture.ts'
import { formatLintSarif } from './sarif.ts'

/** What SARIF 2.1.0's schema asks of the parts that are written here; objects take no other keys. */
const positive = v.pipe(v.number(), v.integer(), v.minValue(1))
const message = v.strictObject({ text: v.pipe(v.string(), v.minLength(1)) })
const region = v.strictObject({
  startLine: positive,
  startColumn: v.optional(positive),
  endLine: v.optional(positive),
  endColumn: v.optional(positive),
})
const location = v.strictObject({ uri: v.pipe(v.string(), v.regex(/^(?:[A-Za-z0-9\-._~/]|%[0-9A-F]{2})+$/)) })
const rule = v.strictObject({
  id: v.string(),
  name: v.string(),
  shortDescription: message,
  helpUri: v.optional(v.pipe(v.string(), v.url())),
  help: message,
  defaultConfiguration: v.strictObject({
    enabled: v.boolean(),
    level: v.picklist(['none', 'note', 'warning', 'error']),
  }),
  properties: v.strictObject({ tags: v.array(v.string()) }),
})
const fix = v.strictObject({
  description: v.optional(message),
  artifactChanges: v.pipe(
    v.array(
      v.strictObject({
        artifactLocation: location,
        replacements: v.pipe(
          v.array(v.strictObject({ deletedRegion: region, insertedContent: v.strictObject({ text: v.string() }) })),
          v.minLength(1),
        ),
      }),
    ),
    v.minLength(1),
  ),
})
const result = v.strictObject({
  ruleId: v.string(),
  ruleIndex: v.pipe(v.number(), v.integer(), v.minValue(0)),
  level: v.picklist(['none', 'note', 'warning', 'error']),
  message,
  locations: v.array(
    v.strictObject({
      physicalLocation: v.strictObject({ artifactLocation: location, region: v.optional(region) }),
    }),
  ),
  fixes: v.optional(v.array(fix)),
})
const sarif = v.strictObject({
  $schema: v.pipe(v.string(), v.url()),
  version: v.literal('2.1.0'),
  runs: v.tuple([
    v.strictObject({
      tool: v.strictObject({
        driver: v.strictObject({ name: v.string(), version: v.string(), rules: v.array(rule) }),
      }),
      columnKind: v.picklist(['utf16CodeUnits', 'unicodeCodePoints']),
      artifacts: v.array(v.strictObject({ location, sourceLanguage: v.string() })),
      results: v.array(result),
    }),
  ]),
})

describe('formatLintSarif', () => {
  const log = v.parse(sarif, JSON.parse(formatLintSarif([RESULT, CLEAN], '1.2.3')))
  const [run] = log.runs

  it('names Tare, its version and each rule once', () => {
    expect(run.tool.driver).toMatchObject({ name: 'Tare', version: '1.2.3' })
    expect(run.tool.driver.rules.map(({ id, helpUri }) => [id, helpUri])).toEqual([
      ['StageNameCasing', 'https://docs.example/stage-name-casing/'],
      ['RunsAsRoot', undefined],
    ])
  })

  it('places results, and their fixes', () => {
    const place = { startLine: 1, startColumn: 16, endLine: 1, endColumn: 21 }
    const [first, second] = run.results
    expect(first?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'web/a%20b%25%FF' },
      region: place,
    })
    expect(first?.fixes?.[0]?.artifactChanges[0]?.replacements).toEqual([
      { deletedRegion: place, insertedContent: { text: 'build' } },
    ])
    expect(second?.locations[0]?.physicalLocation.region).toBeUndefined()
    expect(run.results.map(({ ruleId, ruleIndex }) => run.tool.driver.rules[ruleIndex]?.id === ruleId)).toEqual([
      true,
      true,
    ])
  })

  it('is a run without results where nothing was found', () => {
    const { runs } = v.parse(sarif, JSON.parse(formatLintSarif([CLEAN], '1')))
    expect(runs[0].results).toEqual([])
  })
})

describe('formatLintJson', () => {
  it('has a version, and every place', () => {
    const { version, files } = JSON.parse(formatLintJson([RESULT]))
    expect(version).toBe(1)
    expect(files).toHaveLength(1)
    expect(files[0].findings[0]).toMatchObject({
      rule: 'StageNameCasing',
      severity: 'warning',
      line: 1,
      endLine: 1,
      column: 16,
      endColumn: 21,
      hint: 'write build',
      url: 'https://docs.example/stage-name-casing/',
    })
    expect(files[0].findings[1]).not.toHaveProperty('line')
  })
})

describe('formatDockerCheckJson', () => {
  it("has BuildKit's keys", () => {
    const { warnings, sources } = JSON.parse(formatDockerCheckJson(RESULT))
    expect(warnings[0]).toEqual({
      ruleName: 'StageNameCasing',
      description: 'Stage names should be lowercase',
      url: 'https://docs.example/stage-name-casing/',
      detail: "Stage name 'Build' should be lowercase",
      location: { ranges: [{ start: { line: 1 }, end: { line: 1 } }] },
    })
    expect(Buffer.from(sources[0].data, 'base64').toString()).toBe('FROM alpine AS Build\nRUN echo\n\n')
    expect(JSON.parse(formatDockerCheckJson(CLEAN)).warnings).toBeNull()
  })
})

describe('formatLintGithub', () => {
  it('escapes what would end a property or a line', () => {
    expect(formatLintGithub([RESULT])).toBe(
      "::warning file=web/a b%25\udcff,line=1,endLine=1,col=16,endColumn=21,title=StageNameCasing::Stage name 'Build' should be lowercase%0Ahint: write build\n" +
        '::warning file=web/a b%25\udcff,title=RunsAsRoot::a: b, 100%25%0Ac\n',
    )
  })
})
