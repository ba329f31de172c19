import { describe, expect, it } from 'vitest'
import { readVectors, vectorsAbsent } from '../testkit/vectors.ts'
import { formatPlatform, formatPlatformFully, hostPlatform, type Platform } from './platform.ts'
import { platformServes, rankCandidates, systemServes } from './platform-match.ts'
import { normalizePlatform, parsePlatform } from './platform-parse.ts'

interface Row {
  readonly api: string
  readonly input: string
  readonly host: string
  readonly error?: boolean
  readonly expect?: unknown
  readonly formatted: string
  readonly format_api: string
  readonly matches: readonly Platform[]
  readonly platform: Platform
  readonly spec: string
  readonly candidate: string
  readonly match: boolean
}

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
  const rows = readVectors<Row>('platform')
  it.each(of(rows, 'parse'))('parses $input', row => {
    const host = parsePlatform('linux/amd64')
    if (row.error) return void expect(() => parsePlatform(row.input, host)).toThrow()
    const platform = parsePlatform(row.input, host)
    expect(platform).toEqual(row.expect)
    const format = row.format_api === 'FormatAll' ? formatPlatformFully : formatPlatform
    expect(format(platform)).toBe(row.formatted)
    for (const same of row.matches) expect(platformServes(platform, same, 'strict')).toBe(true)
  })
  it.each(of(rows, 'format_all'))('formats $expect', row => {
    expect(formatPlatformFully(row.platform)).toBe(row.expect)
  })
  it.each(of(rows, 'only'))('only $spec: $candidate', row => {
    expect(platformServes(parsePlatform(row.spec), parsePlatform(row.candidate))).toBe(row.match)
  })
  it.each(of(rows, 'only_strict'))('strictly $spec: $candidate', row => {
    expect(platformServes(parsePlatform(row.spec), parsePlatform(row.candidate), 'strict')).toBe(row.match)
  })
  it.each(of(rows, 'only_os'))('system of $spec: $candidate', row => {
    expect(systemServes(parsePlatform(row.spec), parsePlatform(row.candidate))).toBe(row.match)
  })
})

function of(rows: readonly Row[], api: string): Row[] {
  return rows.filter(row => row.api === api)
}
