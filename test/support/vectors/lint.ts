import { deepStrictEqual as equal } from 'node:assert/strict'
import { checkDockerfile } from '../../../src/dockerfile/index.ts'
import { lintInput } from '../../../src/dockerfile/lint/lint.fixture.ts'
import { NotApplicable, type Row, type VectorSet } from './vector-set.ts'

export const LINT: VectorSet = {
  file: 'lint_vectors',
  title: 'Lint',
  groupOf: row => row.suite,
  nameOf: row => row.name,
  check: row => {
    if (typeof row.dockerfile !== 'string') throw new NotApplicable('its Dockerfile is code that was not carried over')
    if (row.suite === 'buildkit-lint') checkWarnings(row)
    else checkVerdict(row)
  },
}

function checkWarnings(row: Row): void {
  const { findings, rules } = checkDockerfile(lintInput({ ...row, buildArgs: buildArgsOf(row.frontend_attrs ?? {}) }))
  const docker = new Set(rules.filter(rule => rule.origin === 'docker').map(rule => rule.name))
  const found = findings
    .filter(finding => docker.has(finding.rule))
    .map(({ rule, range, message }) => `${range?.startLine} ${rule}: ${message}`)
  const expected = (row.warnings ?? []).map(({ rule, line, detail }: Row) => `${line} ${rule}: ${detail}`)
  equal(found.sort(), expected.sort())
}

function buildArgsOf(attributes: Readonly<Record<string, string>>): Record<string, string> {
  const given = Object.entries(attributes).filter(([key]) => key.startsWith('build-arg:'))
  return Object.fromEntries(given.map(([key, value]) => [key.slice('build-arg:'.length), value]))
}

/** Examples of the documentation, some of them without FROM, or with `...` for what does not matter. */
function checkVerdict({ rule, verdict, fragment, dockerfile }: Row): void {
  if (verdict === null) throw new NotApplicable('its documentation does not say whether it is good or bad')
  const complete = dockerfile.replaceAll(/^\.\.\.$/gm, '')
  const dockerignore = rule === 'CopyIgnoredFile' ? '*/tmp/*\n' : undefined
  const input = lintInput({ dockerfile: fragment ? `FROM alpine\n${complete}` : complete, dockerignore })
  const { findings } = checkDockerfile(input, { experimental: [rule] })
  equal(
    findings.some(finding => finding.rule === rule),
    verdict === 'bad',
  )
}
