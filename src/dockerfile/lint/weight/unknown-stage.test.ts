import { describe, expect, it } from 'vitest'
import { unknownStage } from './unknown-stage.ts'
import { findingsOf, linesOf } from './weight.fixture.ts'

const GO = 'FROM golang:1.22 AS builder\nRUN go build -o /app .\n'

describe('UnknownStage', () => {
  it.each([
    ['one letter off', `${GO}FROM alpine\nCOPY --from=bulider /app /app\n`, 'did you mean builder?'],
    ['another word for it', `${GO}FROM alpine\nCOPY --from=build /app /app\n`, 'did you mean builder?'],
    ['in any case', `${GO}FROM alpine\nCOPY --from=BUILDRE /app /app\n`, 'did you mean builder?'],
    ['a mount', `${GO}FROM alpine\nRUN --mount=from=bilder,target=/b cp /b/app /app\n`, 'did you mean builder?'],
    ['FROM', `${GO}FROM biulder\nRUN x\n`, 'did you mean builder?'],
    ['a word that is no image', 'FROM golang\nFROM alpine\nCOPY --from=builder /a /a\n', 'FROM ... AS builder'],
    ['a later stage', `FROM alpine\n\n\nCOPY --from=certs /a /a\nFROM debian AS certs\n`, 'move it above'],
  ])('finds %s', (_, text, hint) => {
    const findings = findingsOf(unknownStage, text)
    expect(findings.length).toBe(1)
    expect(findings[0]?.hint).toContain(hint)
  })

  it('points at the flag', () => {
    const [finding] = findingsOf(unknownStage, `${GO}FROM alpine\nCOPY --chown=1 --from=bulider /app /app\n`)
    expect(finding?.range).toEqual({ startLine: 4, endLine: 4, startColumn: 16, endColumn: 30 })
    expect(finding?.message).toBe('--from=bulider names no stage above, and is no image anybody publishes')
  })

  it.each([
    ['the stage', `${GO}FROM alpine\nCOPY --from=Builder /app /app\n`],
    ['its number', `${GO}FROM alpine\nCOPY --from=0 /app /app\n`],
    ['an official image', `FROM golang AS busybux\nFROM alpine\nCOPY --from=busybox /bin/sh /bin/sh\n`],
    ['an official image near a stage', 'FROM x/y AS base\nFROM alpine\nCOPY --from=bash /bin/bash /b\n'],
    ['an image with a tag', `${GO}FROM alpine\nCOPY --from=builder:1 /app /app\n`],
    ['an image of an organisation', `${GO}FROM alpine\nCOPY --from=me/builder /app /app\n`],
    ['a named context', `${GO}FROM alpine\nCOPY --from=assets /app /app\n`],
    ['a variable base', 'ARG BASE=debian\nFROM golang AS bases\nFROM $BASE\n'],
  ])('says nothing of %s', (_, text) => {
    expect(linesOf(unknownStage, text)).toEqual([])
  })
})
