import { describe, expect, it } from 'vitest'
import { PLATFORMS } from '../../test/support/vectors/platforms.ts'
import { groupsOf, scoreSet, unexpected, vectorsAbsent } from '../../test/support/vectors/vector-set.ts'
import { formatPlatform, hostPlatform } from './platform.ts'
import { rankCandidates } from './platform-match.ts'
import { normalizePlatform, parsePlatform } from './platform-parse.ts'

const amd64 = parsePlatform('linux/amd64')

describe('platforms', () => {
  it('takes the words people use', () => {
    expect(parsePlatform('aarch64', amd64)).toEqual({ os: 'linux', architecture: 'arm64' })
    expect(parsePlatform('linux', amd64)).toEqual({ os: 'linux', architecture: 'amd64' })
    expect(formatPlatform(normalizePlatform(parsePlatform('linux/arm64/v8')))).toBe('linux/arm64')
  })
  it('names what was probably meant', () => {
    expect(() => parsePlatform('amd46', amd64)).toThrow(expect.objectContaining({ hint: 'did you mean amd64?' }))
  })
  it('is not fooled by names of Object.prototype', () => {
    expect(() => parsePlatform('constructor', amd64)).toThrow('unknown operating system or architecture')
    expect(parsePlatform('linux/__proto__', amd64).architecture).toBe('__proto__')
  })
  it('knows the host by Go names', () => {
    expect(formatPlatform(hostPlatform('x64'))).toBe('linux/amd64')
    expect(formatPlatform(hostPlatform('arm64'))).toBe('linux/arm64')
    expect(formatPlatform(hostPlatform('arm', '6'))).toBe('linux/arm/v6')
  })
  it('prefers the nearest of what the processor runs', () => {
    const names = ['linux/arm/v5', 'linux/arm/v7', 'linux/arm64', 'linux/arm/v6', 'linux/amd64']
    const rank = (wanted: string): string[] => rankCandidates(parsePlatform(wanted), names, name => parsePlatform(name))
    expect(rank('linux/arm64/v8')).toEqual(['linux/arm64', 'linux/arm/v7', 'linux/arm/v6', 'linux/arm/v5'])
    expect(rank('linux/arm/v6')).toEqual(['linux/arm/v6', 'linux/arm/v5'])
    expect(rank('linux/386')).toEqual([])
  })
})

describe.skipIf(vectorsAbsent)('platform vectors (absent: ../shared/vectors)', () => {
  it.each(groupsOf(PLATFORMS))('%s', async group => {
    expect(unexpected(PLATFORMS, await scoreSet(PLATFORMS, group))).toEqual([])
  })
})
