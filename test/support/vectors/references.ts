import { deepStrictEqual as equal, ok } from 'node:assert/strict'
import { isDigest } from '../../../src/oci/digest.ts'
import {
  familiarName,
  formatReference,
  parseCanonicalReference,
  parseReference,
  parseReferenceOrId,
  pullReference,
} from '../../../src/oci/reference.ts'
import { parseRawReference, parseRepositoryName } from '../../../src/oci/reference-grammar.ts'
import { matchesFamiliar } from '../../../src/oci/reference-pattern.ts'
import { mustRefuse } from './must-refuse.ts'
import type { Row, VectorSet } from './vector-set.ts'

const CHECKS: Readonly<Record<string, (row: Row) => void>> = {
  parse: row => {
    if (row.error !== undefined) return mustRefuse(() => parseRawReference(row.input))
    const { domain, path, tag = '', digest = '' } = parseRawReference(row.input)
    equal({ repository: domain === '' ? path : `${domain}/${path}`, domain, tag, digest }, row.expect)
  },
  parse_normalized: row => {
    if (row.valid !== true) return mustRefuse(() => parseReference(row.input))
    const reference = parseReference(row.input)
    const { domain, path } = reference
    const familiar = familiarName({ ...reference, tag: undefined, digest: undefined })
    const found = { familiar, familiar_string: familiarName(reference), domain, path, full: formatReference(reference) }
    equal({ ...found, ...row.expect }, found)
  },
  parse_any: row => {
    const found = parseReferenceOrId(row.input)
    equal(typeof found === 'string' ? found : formatReference(found), row.expect)
  },
  parse_docker_ref: row => equal(formatReference(pullReference(parseReference(row.input))), row.expect),
  familiar_match: row => equal(matchesFamiliar(row.pattern, parseReference(row.input)), row.expect),
  TestParseNamed: row => {
    if (row.err !== undefined) return mustRefuse(() => parseCanonicalReference(row.input))
    const { domain, path } = parseCanonicalReference(row.input)
    equal({ domain, path }, { domain: row.domain, path: row.path })
  },
  TestWithNameFailure: row => mustRefuse(() => parseRepositoryName(row.input)),
  'regexp:TestDomainRegexp': row => {
    equal(
      accepts(() => parseRawReference(`${row.input}/x`).domain === row.input),
      row.match,
    )
  },
  'regexp:TestFullNameRegexp': row => {
    equal(
      accepts(() => parseRepositoryName(row.input)),
      row.match,
    )
    if (!row.subs) return
    const { domain, path } = parseRepositoryName(row.input)
    equal([domain, path], row.subs)
  },
  'regexp:TestReferenceRegexp': row => {
    equal(
      accepts(() => parseRawReference(row.input)),
      row.match,
    )
    if (!row.subs) return
    const { domain, path, tag = '', digest = '' } = parseRawReference(row.input)
    equal([domain === '' ? path : `${domain}/${path}`, tag, digest], row.subs)
  },
  'regexp:TestIdentifierRegexp': row => equal(isDigest(`sha256:${row.input}`), row.match),
  TestWithTag: checkCombined,
  TestWithDigest: checkCombined,
}

export const REFERENCES: VectorSet = {
  file: 'reference_vectors',
  title: 'References',
  groupOf: row => (row.api.startsWith('regexp:') ? 'regexp' : row.api),
  nameOf: row => `${row.suite} ${row.input ?? row.combined}`,
  check: row => {
    const check = CHECKS[row.api]
    ok(check, `no scorer for ${row.api}`)
    check(row)
  },
}

function checkCombined({ name, tag, digest, combined }: Row): void {
  const { domain, path } = parseRawReference(name)
  equal(formatReference({ domain, path, tag, digest }), combined)
}

function accepts(parse: () => unknown): boolean {
  try {
    return parse() !== false
  } catch {
    return false
  }
}
