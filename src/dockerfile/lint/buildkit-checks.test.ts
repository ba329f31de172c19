import { describe, expect, it } from 'vitest'
import { BASE_IMAGES, type BuildkitCheck } from './buildkit-checks.fixture.ts'
import table from './buildkit-checks.json' with { type: 'json' }
import { checkDockerfile } from './check-dockerfile.ts'
import { lintInput } from './lint.fixture.ts'
import type { LintBaseImage } from './rule.ts'

const NOTHING = { platform: 'linux/amd64', shell: undefined, triggers: [] }
const IMAGES = new Map<string, LintBaseImage>([
  ['busybox', { ...NOTHING, environment: new Map() }],
  ['busybox:latest', { ...NOTHING, environment: new Map() }],
  [
    'golang:1.16',
    {
      ...NOTHING,
      environment: new Map([
        ['GOLANG_VERSION', '1.16.15'],
        ['GOPATH', '/go'],
      ]),
    },
  ],
  ...BASE_IMAGES.map(({ tag, image }) => [tag, image] as const),
])

/** Faults that leave nothing to check. */
const NOT_READ = /parse error|check option|JSON array syntax/

describe("what BuildKit's checks say", () => {
  const cases: readonly BuildkitCheck[] = table
  it.each(cases.map(each => [titleOf(each), each] as const))('%s', (_, each) => {
    const { warnings, error } = each.since === undefined ? each : { ...each, ...each.since }
    if (error !== undefined && NOT_READ.test(error)) return expect(() => warningsOf(each)).toThrow(NOT_READ)
    const found = warningsOf(each)
    if (error === undefined || error.startsWith('lint violation')) expect(found).toEqual(warnings)
    else expect(found).toEqual(expect.arrayContaining([...warnings]))
  })
})

function titleOf({ dockerfile, warnings: _, since, ...more }: BuildkitCheck): string {
  return JSON.stringify([dockerfile, more, ...(since ? [since.why] : [])])
}

function warningsOf(each: BuildkitCheck): string[] {
  const { findings, rules } = checkDockerfile(lintInput(each, { baseImages: IMAGES }))
  const docker = new Set(rules.filter(rule => rule.origin === 'docker').map(rule => rule.name))
  const found = findings.filter(finding => docker.has(finding.rule))
  return [...new Set(found.map(({ rule, range, message }) => `${range?.startLine} ${rule}: ${message}`))].sort()
}
