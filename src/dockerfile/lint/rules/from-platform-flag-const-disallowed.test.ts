import { describe, expect, it } from 'vitest'
import { markedBy, messagesOf } from '../lint.fixture.ts'
import { fromPlatformFlagConstDisallowed } from './from-platform-flag-const-disallowed.ts'

describe('FromPlatformFlagConstDisallowed', () => {
  it.each([
    ['FROM --platform=linux/arm64 a', 'linux/arm64'],
    ['FROM --platform=arm64 a AS build', 'arm64'],
    ['FROM --platform=x86_64 a AS x86_64', 'x86_64'],
    ['FROM --platform=linux/arm64 a AS build-arm64', undefined],
    ['FROM --platform=linux/arm64 a AS my-linux', undefined],
    ['FROM --platform=$BUILDPLATFORM a', undefined],
    ['FROM --platform=${X:-linux/arm64} a', undefined],
    ['FROM --platform=!/x a', undefined],
    ['FROM a', undefined],
  ])('%s', (text, platform) => {
    const expected =
      platform === undefined ? [] : [`1: FROM --platform flag should not use constant value "${platform}"`]
    expect(messagesOf(fromPlatformFlagConstDisallowed, text)).toEqual(expected)
    expect(messagesOf(fromPlatformFlagConstDisallowed, text, { names: undefined })).toEqual([])
  })

  it('points at the flag', () => {
    expect(markedBy(fromPlatformFlagConstDisallowed, 'FROM --platform=linux/arm64 a')).toEqual([
      '--platform=linux/arm64',
    ])
  })
})
