import { describe, expect, it } from 'vitest'
import { buildToolsInFinalImage } from './build-tools-in-final-image.ts'
import { findingsOf, linesOf } from './weight.fixture.ts'

const CMD = 'CMD ["/app"]\n'

describe('BuildToolsInFinalImage', () => {
  it.each([
    ['a compiler from apt', `FROM debian\nRUN apt-get update && apt-get install -y gcc curl\n${CMD}`, [2]],
    ['headers', `FROM python:3.12-slim\nRUN apt-get install -y libpq-dev=15.*\n${CMD}`, [2]],
    ['build-base', `FROM alpine\nRUN apk add --no-cache build-base python3\n${CMD}`, [2]],
    ['a JDK package', `FROM debian\nRUN apt-get install -y openjdk-17-jdk-headless\n${CMD}`, [2]],
    ['dnf packages', `FROM fedora\nRUN dnf install -y gcc-c++ make && dnf clean all\nRUN make\n${CMD}`, [2]],
    ['git that a RUN uses', `FROM node\nRUN apk add git\nRUN git clone https://x/y\n${CMD}`, [2]],
    ['a virtual package that stays', `FROM alpine\nRUN apk add -t .deps gcc\n${CMD}`, [2]],
    ['a removal that comes too late', `FROM alpine\nRUN apk add gcc\nRUN apk del gcc\n${CMD}`, [2]],
    ['a base image for builds', `FROM golang:1.22\nCOPY . .\nRUN go build -o /app .\n${CMD}`, [1]],
    ['one by its whole name', `FROM docker.io/library/golang\nCOPY . .\nRUN go build -o /app .\n${CMD}`, [1]],
    ['a JDK as base', `FROM eclipse-temurin:21-jdk\nCOPY app.jar /\n${CMD}`, [1]],
    ['an argument as base', `ARG V=1.22\nFROM golang:$V\nCOPY . .\nRUN go build -o /app\n${CMD}`, [2]],
    ['what the stage below installs', `FROM debian AS base\nRUN apt-get install -y g++\nFROM base\n${CMD}`, [2]],
  ])('finds %s', (_, text, lines) => {
    expect(linesOf(buildToolsInFinalImage, text)).toEqual(lines)
  })

  it('names them', () => {
    const text = `FROM debian\nRUN apt-get install -y --no-install-recommends curl gcc libc6-dev\n${CMD}`
    const [finding] = findingsOf(buildToolsInFinalImage, text)
    expect(finding?.message).toBe('gcc, libc6-dev are needed to build, and stay in the image')
    const [base] = findingsOf(buildToolsInFinalImage, `FROM golang:1.22\nRUN go build -o /app\n${CMD}`)
    expect(base?.hint).toContain('FROM scratch')
  })

  it.each([
    ['another stage', `FROM golang AS build\nRUN apk add gcc\nFROM scratch\nCOPY --from=build /app /app\n${CMD}`],
    ['removed in the same RUN', `FROM alpine\nRUN apk add gcc && pip install x && apk del gcc\n${CMD}`],
    ['a virtual package removed', `FROM alpine\nRUN apk add --virtual .deps gcc && x && apk del .deps\n${CMD}`],
    ['a virtual package removed, =', `FROM alpine\nRUN apk add --virtual=.deps gcc && x && apk del .deps\n${CMD}`],
    ['purged', `FROM debian\nRUN apt-get install -y gcc && x && apt-get purge -y --auto-remove gcc\n${CMD}`],
    ['a variable purged', `FROM debian\nRUN D="gcc"; apt-get install -y gcc && apt-get purge -y $D\n${CMD}`],
    ['git that no RUN uses', `FROM alpine\nRUN apk add git make\n${CMD}`],
    ['an image of tools', 'FROM golang:1.22\nRUN apt-get install -y gcc\n'],
    ['an image to build others on', 'FROM debian\nRUN apt-get install -y gcc\nCMD ["bash"]\n'],
    ['an image to work in', `FROM golang AS dev\nRUN apt-get install -y gcc\nRUN go build\n${CMD}`],
    ['a JRE', `FROM eclipse-temurin:21-jre\nCOPY app.jar /\n${CMD}`],
    ['other packages', `FROM debian\nRUN apt-get install -y gcc-12-base libgcc-s1 curl device-mapper\n${CMD}`],
    ['a private image', `FROM registry.example.com/golang\nCOPY . .\nRUN go build\n${CMD}`],
  ])('says nothing of %s', (_, text) => {
    expect(linesOf(buildToolsInFinalImage, text)).toEqual([])
  })
})
