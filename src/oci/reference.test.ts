import { describe, expect, it } from 'vitest'
import { readVectors, vectorsAbsent } from '../testkit/vectors.ts'
import {
  familiarName,
  formatReference,
  parseCanonicalReference,
  parseReference,
  parseReferenceOrId,
  pullReference,
  withDefaultTag,
} from './reference.ts'
import { parseRawReference, parseRepositoryName } from './reference-grammar.ts'
import { matchesFamiliar } from './reference-pattern.ts'

interface Row {
  readonly suite: string
  readonly api: string
  readonly input: string
  readonly valid?: boolean
  readonly error?: string
  readonly err?: unknown
  readonly expect?: unknown
  readonly [field: string]: unknown
}

/** Go's test binary does not link sha512; Docker's does, and so do we. */
const GO_ONLY = 'digest.ErrDigestUnsupported'

describe('references', () => {
  it('fills in what Docker fills in', () => {
    expect(formatReference(withDefaultTag(parseReference('alpine')))).toBe('docker.io/library/alpine:latest')
    expect(formatReference(parseReference('index.docker.io/app/x:1'))).toBe('docker.io/app/x:1')
    expect(formatReference(parseReference('localhost/x'))).toBe('localhost/x')
    expect(formatReference(parseReference('127.0.0.1:5000/x'))).toBe('127.0.0.1:5000/x')
  })
  it('shows users the short form', () => {
    expect(familiarName(parseReference('docker.io/library/alpine:3'))).toBe('alpine:3')
    expect(familiarName(parseReference('docker.io/library/a/b:3'))).toBe('library/a/b:3')
    expect(familiarName(parseReference('quay.example/library/a'))).toBe('quay.example/library/a')
  })
  it('refuses in the words of Docker', () => {
    expect(() => parseReference('Alpine')).toThrow('repository name (library/Alpine) must be lowercase')
    expect(() => parseReference('a b')).toThrow('invalid reference format')
    expect(() => parseReference('')).toThrow('repository name must have at least one component')
    expect(() => parseReference('a:')).toThrow('invalid reference format')
    expect(() => parseReference('a'.repeat(64))).toThrow('cannot specify 64-byte hexadecimal strings')
  })
  it('is done quickly with endless text', () => {
    const began = performance.now()
    for (const text of ['a'.repeat(1e6), `${'a-'.repeat(500)}/`, `${'a.'.repeat(500)}_`, `a/${'b_'.repeat(400)}!`])
      expect(() => parseReference(text)).toThrow()
    expect(performance.now() - began).toBeLessThan(1000)
  })
})

describe.skipIf(vectorsAbsent)('reference vectors (absent: ../shared/vectors)', () => {
  const rows = readVectors<Row>('reference')
  it.each(of(rows, 'parse'))('parses $input', row => {
    if (row.error === GO_ONLY && row.input.includes('@sha512:')) return
    if (row.error !== undefined) return void expect(() => parseRawReference(row.input)).toThrow()
    const { domain, path, tag = '', digest = '' } = parseRawReference(row.input)
    const repository = domain === '' ? path : `${domain}/${path}`
    expect({ repository, domain, tag, digest }).toEqual(row.expect)
  })
  it.each(of(rows, 'parse_normalized'))('normalises $input', row => {
    if (row.valid !== true) return void expect(() => parseReference(row.input)).toThrow()
    const reference = parseReference(row.input)
    const { domain, path } = reference
    const name = { ...reference, tag: undefined, digest: undefined }
    const found = { familiar: familiarName(name), familiar_string: familiarName(reference), domain, path }
    expect({ ...found, full: formatReference(reference) }).toMatchObject(row.expect ?? {})
  })
  it.each(of(rows, 'parse_any'))('takes an ID or a name: $input', row => {
    const found = parseReferenceOrId(row.input)
    expect(typeof found === 'string' ? found : formatReference(found)).toBe(row.expect)
  })
  it.each(of(rows, 'parse_docker_ref'))('asks for one thing: $input', row => {
    expect(formatReference(pullReference(parseReference(row.input)))).toBe(row.expect)
  })
  it.each(of(rows, 'familiar_match'))('matches $pattern with $input', row => {
    expect(matchesFamiliar(String(row['pattern']), parseReference(row.input))).toBe(row.expect)
  })
  it.each(of(rows, 'TestParseNamed'))('canonical only: $input', row => {
    if (row.err !== undefined) return void expect(() => parseCanonicalReference(row.input)).toThrow()
    expect(parseCanonicalReference(row.input)).toMatchObject({ domain: row['domain'], path: row['path'] })
  })
  it.each(of(rows, 'TestWithNameFailure'))('no repository name: $input', row => {
    expect(() => parseRepositoryName(row.input)).toThrow()
  })
  it.each([...of(rows, 'TestWithTag'), ...of(rows, 'TestWithDigest')])('puts together $combined', row => {
    const { domain, path } = parseRawReference(String(row['name']))
    const tag = row['tag'] as string | undefined
    const digest = row['digest'] as `sha256:${string}` | undefined
    expect(formatReference({ domain, path, tag, digest })).toBe(row['combined'])
  })
})

function of(rows: readonly Row[], api: string): Row[] {
  return rows.filter(row => row.api === api)
}
