import { describe, expect, it } from 'vitest'
import { REFERENCES } from '../../test/support/vectors/references.ts'
import { groupsOf, scoreSet, unexpected, vectorsAbsent } from '../../test/support/vectors/vector-set.ts'
import { familiarName, formatReference, parseReference, withDefaultTag } from './reference.ts'

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
  it.each(groupsOf(REFERENCES))('%s', async group => {
    expect(unexpected(REFERENCES, await scoreSet(REFERENCES, group))).toEqual([])
  })
})
