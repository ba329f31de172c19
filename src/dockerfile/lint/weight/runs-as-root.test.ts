import { describe, expect, it } from 'vitest'
import { runsAsRoot } from './runs-as-root.ts'
import { findingsOf, linesOf } from './weight.fixture.ts'

const CMD = 'CMD ["/app"]\n'

describe('RunsAsRoot', () => {
  it.each([
    ['an image without USER', `FROM alpine\n${CMD}`, [1]],
    ['scratch', `FROM golang AS b\nFROM scratch\nCOPY --from=b /app /app\n${CMD}`, [2]],
    ['distroless that is not nonroot', `FROM gcr.io/distroless/static-debian12\n${CMD}`, [1]],
    ['USER root at the end', `FROM node\nUSER node\nRUN x\nUSER root\n${CMD}`, [4]],
    ['USER 0:0', `FROM registry.example.com/x\nUSER 0:0\n${CMD}`, [2]],
    ['a user of another stage', `FROM node AS a\nUSER node\nFROM node\n${CMD}`, [3]],
  ])('finds %s', (_, text, lines) => {
    expect(linesOf(runsAsRoot, text)).toEqual(lines)
  })

  it('names the user that is there', () => {
    const [finding] = findingsOf(runsAsRoot, `FROM alpine\nRUN adduser -D -H web\n${CMD}`)
    expect(finding?.hint).toContain('USER web')
  })

  it.each([
    ['with USER', `FROM alpine\nUSER 1000\n${CMD}`],
    ['with the user of the stage below', `FROM node AS base\nUSER node\nFROM base\n${CMD}`],
    ['with an unknown user', `FROM alpine\nARG U\nUSER $U\n${CMD}`],
    ['on a nonroot image', `FROM gcr.io/distroless/static:nonroot\n${CMD}`],
    ['on an image nobody knows', `FROM registry.example.com/node\n${CMD}`],
    ['of a service that gives root away itself', 'FROM postgres\nCMD ["postgres"]\n'],
    ['with gosu', `FROM debian\nRUN apt-get install -y gosu\n${CMD}`],
    ['with su-exec at the start', 'FROM alpine\nENTRYPOINT ["su-exec", "nobody", "/app"]\n'],
    ['with an entry point script', 'FROM alpine\nENTRYPOINT ["/docker-entrypoint.sh"]\n'],
    ['that starts nothing', 'FROM alpine\nRUN x\n'],
    ['to build others on', 'FROM debian\nCMD ["python3"]\n'],
    ['to work in', `FROM golang AS dev\n${CMD}`],
  ])('says nothing of an image %s', (_, text) => {
    expect(linesOf(runsAsRoot, text)).toEqual([])
  })
})
