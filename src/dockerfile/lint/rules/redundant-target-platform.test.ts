import { describe, expect, it } from 'vitest'
import { markedBy, meaningOf, mended, messagesOf } from '../lint.fixture.ts'
import { redundantTargetPlatform } from './redundant-target-platform.ts'

const message = (written: string): string =>
  `Setting platform to predefined ${written} in FROM is redundant as this is the default behavior`

describe('RedundantTargetPlatform', () => {
  it.each([
    ['$TARGETPLATFORM', [`1: ${message('$TARGETPLATFORM')}`]],
    ['${TARGETPLATFORM:-linux/arm64}', [`1: ${message('${TARGETPLATFORM:-linux/arm64}')}`]],
    ['$BUILDPLATFORM', []],
    ['$TARGETOS/$TARGETARCH', []],
    ['$TARGETPLATFORM$TARGETVARIANT', []],
    ['linux/amd64', []],
    ['${TARGETPLATFORM', []],
  ])('--platform=%s', (platform, expected) => {
    expect(messagesOf(redundantTargetPlatform, `FROM --platform=${platform} alpine`)).toEqual(expected)
  })

  it('points at the flag', () => {
    const text = 'FROM --platform=$TARGETPLATFORM alpine AS a'
    expect(markedBy(redundantTargetPlatform, text)).toEqual(['--platform=$TARGETPLATFORM'])
  })

  it.each([
    ['FROM --platform=$TARGETPLATFORM alpine AS a\n', 'FROM alpine AS a\n'],
    ['FROM --platform="$TARGETPLATFORM" \\\n  alpine\n', 'FROM alpine\n'],
  ])('mends %j', (before, after) => {
    expect(mended(redundantTargetPlatform, before)).toBe(after)
    expect(meaningOf(after)).toEqual(meaningOf(before.replace(/--platform=\S+/, '')))
  })
})
