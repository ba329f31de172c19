import { describe, expect, it } from 'vitest'
import { unusedStage } from './unused-stage.ts'
import { findingsOf, linesOf } from './weight.fixture.ts'

describe('UnusedStage', () => {
  it.each([
    ['named', 'FROM golang AS build\nRUN x\nFROM alpine AS assets\nFROM alpine\nCOPY --from=build /a /a\n', [3]],
    ['without a name', 'FROM golang\nRUN go build\nFROM alpine\nCMD ["/a"]\n', [1]],
    ['and what only it needs', 'FROM node AS deps\nFROM golang AS old\nCOPY --from=deps / /\nFROM alpine\n', [1, 2]],
  ])('finds one %s', (_, text, lines) => {
    expect(linesOf(unusedStage, text)).toEqual(lines)
  })

  it('says how to have it built', () => {
    const [finding] = findingsOf(unusedStage, 'FROM golang AS old\nFROM alpine AS app\n')
    expect(finding?.message).toBe("Stage 'old' is not needed for 'app' and is never built")
    expect(finding?.hint).toContain('--target old')
  })

  it.each([
    ['copied from by number', 'FROM golang\nFROM alpine\nCOPY --from=0 /a /a\n'],
    ['a base', 'FROM golang AS a\nFROM a AS b\nFROM b\n'],
    ['mounted', 'FROM golang AS a\nFROM alpine\nRUN --mount=from=a,target=/a true\n'],
    ['a variant of another stage', 'FROM node AS base\nFROM base AS spare\nFROM base AS app\n'],
    ['chosen by a variable', 'FROM x/y AS build-arm64\nFROM x/z AS build-amd64\nFROM build-${TARGETARCH}\n'],
    ['one of several targets', 'FROM golang AS lint\nFROM docker:dind AS dind\nFROM alpine\n'],
    ['files to be written out', 'FROM golang AS a\nFROM scratch AS out\nCOPY --from=a /x /\nFROM alpine\n'],
    ['one of many', 'FROM a AS one\nFROM a AS two\nFROM a AS three\nFROM a AS four\n'],
    ['there to be a target', 'FROM golang AS src\nFROM src AS x\nFROM debian AS unit-test\nFROM src\n'],
  ])('says nothing of one that is %s', (_, text) => {
    expect(linesOf(unusedStage, text)).toEqual([])
  })

  it('goes by the target', () => {
    const text = 'FROM golang AS a\nFROM debian AS b\nFROM alpine AS c\n'
    expect(linesOf(unusedStage, text)).toEqual([1, 2])
    expect(linesOf(unusedStage, text, { target: 'b' })).toEqual([1])
    expect(linesOf(unusedStage, text, { target: 'nowhere' })).toEqual([])
  })
})
