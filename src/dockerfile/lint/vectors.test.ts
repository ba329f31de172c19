import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkDockerfile } from './check-dockerfile.ts'
import { type LintCase, lintInput } from './lint.fixture.ts'

const FILE = new URL('../../../../shared/vectors/lint_vectors.jsonl', import.meta.url)

/** Examples of the documentation that BuildKit itself (0.25) answers otherwise than the vector says. */
const WRONG: Readonly<Record<string, string>> = {
  'docs/CopyIgnoredFile/bad/828': 'its .dockerignore, */tmp/*, does not match tmp/helloworld.txt: no warning',
  'docs/LegacyKeyValueFormat/bad/807': 'ARG foo bar declares two arguments: no warning',
  'docs/MultipleInstructionsDisallowed/bad/785': 'one ENTRYPOINT: the good example, labelled bad',
  'docs/MultipleInstructionsDisallowed/bad/1017': 'the CMD of HEALTHCHECK is no CMD: no warning',
  'docs/InvalidDefinitionDescription/good/1876': 'an empty line does not part a comment from its instruction: warned',
}

interface Warning {
  readonly rule: string
  readonly line: number
  readonly detail: string
}

interface Vector {
  readonly suite: 'buildkit-lint' | 'buildkit-lint-docs'
  readonly name: string
  readonly dockerfile: unknown
  readonly dockerignore?: string | null
  readonly warnings?: readonly Warning[]
  readonly incomplete?: boolean
  readonly frontend_attrs?: Readonly<Record<string, string>>
  readonly rule?: string
  readonly verdict?: 'bad' | 'good' | null
  readonly fragment?: boolean
}

describe.skipIf(!existsSync(FILE))('lint vectors', () => {
  const vectors: Vector[] = existsSync(FILE)
    ? readFileSync(FILE, 'utf8')
        .trim()
        .split('\n')
        .map(line => JSON.parse(line))
    : []
  for (const vector of vectors) {
    const { dockerfile } = vector
    if (typeof dockerfile !== 'string') it.skip(`${vector.name}: its Dockerfile is Go code`)
    else if (vector.suite === 'buildkit-lint') it(vector.name, () => expectWarnings(vector, dockerfile))
    else if (vector.verdict) it(nameOf(vector), () => expectVerdict(vector, dockerfile))
  }
})

function expectWarnings(vector: Vector, dockerfile: string): void {
  const attributes = Object.entries(vector.frontend_attrs ?? {})
  const buildArgs = attributes.flatMap(([key, value]) => (key.startsWith('build-arg:') ? [[key.slice(10), value]] : []))
  const found = warningsOf({ dockerfile, dockerignore: vector.dockerignore, buildArgs: Object.fromEntries(buildArgs) })
  const expected = (vector.warnings ?? []).map(({ rule, line, detail }) => `${line} ${rule}: ${detail}`)
  expect(found).toEqual(expected.sort())
}

function warningsOf(about: LintCase): string[] {
  const { findings, rules } = checkDockerfile(lintInput(about))
  const docker = new Set(rules.filter(rule => rule.origin === 'docker').map(rule => rule.name))
  return findings
    .filter(finding => docker.has(finding.rule))
    .map(({ rule, range, message }) => `${range?.startLine} ${rule}: ${message}`)
    .sort()
}

function nameOf({ name }: Vector): string {
  const reason = WRONG[name]
  return reason === undefined ? name : `${name} (the vector is wrong: ${reason})`
}

function expectVerdict({ name, rule, verdict, fragment }: Vector, dockerfile: string): void {
  const complete = dockerfile.replaceAll(/^\.\.\.$/gm, '')
  const whole = fragment ? `FROM alpine\n${complete}` : complete
  const experimental = rule === undefined ? [] : [rule]
  const ignored = rule === 'CopyIgnoredFile' ? '*/tmp/*\n' : undefined
  const { findings } = checkDockerfile(lintInput({ dockerfile: whole, dockerignore: ignored }), { experimental })
  expect(findings.some(finding => finding.rule === rule)).toBe((verdict === 'bad') !== Object.hasOwn(WRONG, name))
}
