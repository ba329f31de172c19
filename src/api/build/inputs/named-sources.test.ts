import { describe, expect, it } from 'vitest'
import { namedSources, plannedContexts } from './named-sources.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const source = (value: string) => namedSources({ name: value }).get('name')

describe('what a named context is', () => {
  it.each([
    ['/tmp', { kind: 'directory', directory: '/tmp' }],
    ['docker-image://alpine:3', { kind: 'image', reference: 'alpine:3' }],
    ['docker-image://scratch', { kind: 'scratch' }],
    ['oci-layout:///tmp', { kind: 'layout', path: '/tmp', tag: 'latest', digest: undefined }],
    ['oci-layout:///tmp:v1', { kind: 'layout', path: '/tmp', tag: 'v1', digest: undefined }],
    [`oci-layout:///tmp:v1@${DIGEST}`, { kind: 'layout', path: '/tmp', tag: 'v1', digest: DIGEST }],
    ['https://example.com/x.tar.gz', { kind: 'http', url: 'https://example.com/x.tar.gz' }],
    ['target:build', { kind: 'target', stage: 'build' }],
  ])('%s', (value, expected) => expect(source(value)).toEqual(expected))

  it.each(['https://example.com/x.git#main:sub', 'git@example.com:me/x', 'ssh://git@example.com/x', 'github.com/me/x'])(
    '%s is a repository',
    value => expect(source(value)).toMatchObject({ kind: 'git' }),
  )

  it.each([
    ['/nothing', 'BUILD_NO_CONTEXT'],
    ['/etc/passwd', 'BUILD_NO_CONTEXT'],
    ['', 'BUILD_NO_CONTEXT'],
    ['docker-image://Alpine', 'BUILD_INVALID_OPTION'],
    ['oci-layout:///tmp@sha256:1', 'BUILD_INVALID_OPTION'],
    ['oci-layout:///nothing', 'BUILD_NO_CONTEXT'],
    ['git://', 'GIT_ADDRESS_INVALID'],
  ])('%j is refused', (value, code) => expect(() => source(value)).toThrow(expect.objectContaining({ code })))

  it('goes by the name of an image', () => {
    expect([...namedSources({ 'docker.io/library/alpine:latest': '/tmp', 'me/app:1': '/tmp' }).keys()]).toEqual([
      'alpine',
      'me/app:1',
    ])
    for (const name of ['', 'Files', 'a::linux/amd64', 'scratch', 'Context'])
      expect(() => namedSources({ [name]: '/tmp' })).toThrow(expect.objectContaining({ code: 'BUILD_INVALID_OPTION' }))
  })

  it('shows as BuildKit shows it, and never with a password', () => {
    const given = namedSources({
      a: '/tmp',
      b: 'https://me:geheim@example.com/x.git#v1:sub',
      c: 'https://me:geheim@example.com/x.tar',
      d: 'docker-image://alpine',
    })
    expect([...plannedContexts(given).values()].map(each => ('step' in each ? each.step : undefined))).toEqual([
      '[context a] load from client',
      '[context b] load git source https://example.com/x.git#v1:sub',
      '[context c] https://xxxxx@example.com/x.tar',
      '[context d] alpine',
    ])
  })
})
