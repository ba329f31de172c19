import { describe, expect, it } from 'vitest'
import { markedBy, messagesOf } from '../lint.fixture.ts'
import { invalidBaseImagePlatform } from './invalid-base-image-platform.ts'

const arm = { platform: 'linux/arm64/v8', environment: new Map(), shell: undefined, triggers: [] }
const baseImages = new Map([
  ['arm', arm],
  ['arm:v7', { ...arm, platform: 'linux/arm/v7' }],
])

describe('InvalidBaseImagePlatform', () => {
  it('compares what is known of base images with what is built for', () => {
    const text = 'FROM arm AS a\nFROM a\nFROM unknown\nFROM arm:v7\nFROM --platform=linux/arm64 arm\n'
    expect(messagesOf(invalidBaseImagePlatform, text, { baseImages })).toEqual([
      '1: Base image arm was pulled with platform "linux/arm64", expected "linux/amd64" for current build',
      '4: Base image arm:v7 was pulled with platform "linux/arm/v7", expected "linux/amd64" for current build',
    ])
  })

  it('looks at the stages of the build', () => {
    const about = { dockerfile: 'FROM arm AS a\nFROM scratch AS b\n', target: 'b' }
    expect(messagesOf(invalidBaseImagePlatform, about, { baseImages })).toEqual([])
  })

  it('says nothing where names and images are not known', () => {
    expect(messagesOf(invalidBaseImagePlatform, 'FROM arm', { baseImages, names: undefined })).toEqual([])
    expect(messagesOf(invalidBaseImagePlatform, 'FROM arm', { baseImages: undefined })).toEqual([])
    expect(markedBy(invalidBaseImagePlatform, 'FROM arm')).toEqual([])
  })
})
