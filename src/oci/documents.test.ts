import { describe, expect, it } from 'vitest'
import { SPEC_DOCUMENTS } from '../../test/support/vectors/spec-documents.ts'
import { groupsOf, scoreSet, unexpected, vectorsAbsent } from '../../test/support/vectors/vector-set.ts'
import { parseImageConfig } from './config-decode.ts'
import type { Descriptor } from './descriptor.ts'
import { type Digest, digestOf } from './digest.ts'
import { parseManifest, parseManifestDocument } from './manifest-decode.ts'
import { DOCKER_MANIFEST, OCI_CONFIG, OCI_INDEX, OCI_LAYER_GZIP, OCI_MANIFEST } from './media-types.ts'
import { parsePlatform } from './platform-parse.ts'
import { platformsOf, selectPlatform } from './select-platform.ts'

const bytes = (value: unknown): Uint8Array => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const blob = (mediaType: string, more: object = {}): Descriptor => ({
  mediaType,
  digest: digestOf(mediaType),
  size: 5,
  ...more,
})
const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: blob(OCI_CONFIG), layers: [blob(OCI_LAYER_GZIP)] }

describe('manifests', () => {
  it('says which field is wrong', () => {
    expect(() => parseManifest(bytes({ ...manifest, layers: [{ ...blob('a/b'), size: '5' }] }))).toThrow(
      'decoding manifest: layers[0].size: expected a whole number, got "5"',
    )
    expect(() => parseManifest(bytes('{'))).toThrow('decoding manifest: not JSON')
  })
  it('refuses a document that reads as both manifest and index', () => {
    expect(() => parseManifestDocument(bytes({ ...manifest, manifests: [] }))).toThrow(
      'must not have the field manifests',
    )
    expect(() => parseManifestDocument(bytes({ ...manifest, mediaType: OCI_INDEX, manifests: [] }))).toThrow(
      'must not have the field config',
    )
  })
  it('refuses a document that is not what it was announced as', () => {
    expect(() => parseManifest(bytes(manifest), DOCKER_MANIFEST)).toThrow('mediaType: expected')
  })
  it('takes an announcement that says nothing', () => {
    expect(parseManifestDocument(bytes(manifest), 'application/json; charset=utf-8').mediaType).toBe(OCI_MANIFEST)
  })
  it('refuses schema 1 in clear words', () => {
    const type = 'application/vnd.docker.distribution.manifest.v1+prettyjws'
    expect(() => parseManifestDocument(bytes({ schemaVersion: 1, fsLayers: [] }), type)).toThrow(
      'schema 1 is not supported',
    )
    expect(() => parseManifestDocument(bytes({ schemaVersion: 1, fsLayers: [] }))).toThrow('schema 1 is not supported')
  })
  it('refuses digests nobody can verify, and paths dressed up as digests', () => {
    for (const digest of ['md5:d41d8cd98f00b204e9800998ecf8427e', 'sha256:../../../etc/passwd', 'sha256:ABCDEF'])
      expect(() => parseManifest(bytes({ ...manifest, config: { ...blob(OCI_CONFIG), digest } }))).toThrow(
        'config.digest',
      )
  })
  it('refuses what is too large', () => {
    expect(() => parseManifest(new Uint8Array(5_000_000))).toThrow('expected at most 4194304 bytes')
  })
  it('survives deep nesting', () => {
    expect(() => parseManifest(bytes('['.repeat(3_000_000)))).toThrow('not JSON')
  })
})

describe('configs', () => {
  const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } }
  it('drops unknown fields and nulls', () => {
    const given = { ...config, container: 'x', config: { Hostname: 'x', Cmd: null, Env: ['A=b=c'], Labels: null } }
    expect(parseImageConfig(bytes(given))).toEqual({ ...config, config: { Env: ['A=b=c'] } })
  })
  it('keeps a label that is named like a part of Object.prototype', () => {
    const parsed = parseImageConfig(
      bytes(
        '{"architecture":"a","os":"b","rootfs":{"type":"layers","diff_ids":[]},"config":{"Labels":{"__proto__":"x"}}}',
      ),
    )
    expect(Object.entries(parsed.config?.Labels ?? {})).toEqual([['__proto__', 'x']])
  })
  it('says what is missing', () => {
    expect(() => parseImageConfig(bytes({ ...config, os: undefined }))).toThrow(
      'decoding image config: os: expected a text, got nothing',
    )
  })
})

describe('choosing a platform', () => {
  const at = (platform: string, more: object = {}): Descriptor => {
    const named = { platform: parsePlatform(platform), digest: digestOf(platform) }
    return blob(OCI_MANIFEST, { ...named, ...more })
  }
  const attestation = at('linux/amd64', {
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
  })
  const index = {
    schemaVersion: 2 as const,
    manifests: [attestation, at('linux/arm/v6'), at('linux/arm64/v8'), at('linux/amd64')],
  }
  const chosen = (platform: string): Digest | undefined => selectPlatform(index, parsePlatform(platform))?.digest

  it('takes the best and never an attestation', () => {
    expect(chosen('linux/arm64')).toBe(digestOf('linux/arm64/v8'))
    expect(chosen('linux/arm/v7')).toBe(digestOf('linux/arm/v6'))
    expect(chosen('linux/amd64')).toBe(digestOf('linux/amd64'))
    expect(chosen('linux/s390x')).toBeUndefined()
  })
  it('lists what there is', () => {
    expect(platformsOf(index)).toEqual(['linux/arm/v6', 'linux/arm64', 'linux/amd64'])
  })
  it('falls back on an entry without a platform', () => {
    const plain = { schemaVersion: 2 as const, manifests: [at('linux/arm64'), blob(OCI_MANIFEST)] }
    expect(selectPlatform(plain, parsePlatform('linux/amd64'))?.platform).toBeUndefined()
  })
})

describe.skipIf(vectorsAbsent)('image-spec vectors (absent: ../shared/vectors)', () => {
  it.each(groupsOf(SPEC_DOCUMENTS))('%s', async group => {
    expect(unexpected(SPEC_DOCUMENTS, await scoreSet(SPEC_DOCUMENTS, group))).toEqual([])
  })
})
