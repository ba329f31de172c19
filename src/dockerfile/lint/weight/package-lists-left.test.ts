import { describe, expect, it } from 'vitest'
import { packageListsLeft } from './package-lists-left.ts'
import { findingsOf, linesOf } from './weight.fixture.ts'

describe('PackageListsLeft', () => {
  it.each([
    ['apt-get', 'RUN apt-get update && apt-get install -y curl'],
    ['apt-get with sudo', 'RUN sudo apt-get -qq update; sudo apt-get install -y curl'],
    ['apt-get that only empties the package cache', 'RUN apt-get update && apt-get install -y curl && apt-get clean'],
    ['apk add', 'RUN apk add curl'],
    ['apk add --update', 'RUN apk add --update curl'],
    ['apk update', 'RUN apk update && apk add --no-cache curl'],
    ['dnf', 'RUN dnf install -y curl'],
    ['yum', 'RUN yum -y update && yum install -y curl'],
    ['microdnf', 'RUN microdnf install curl'],
    ['zypper', 'RUN zypper --non-interactive in curl'],
    ['pacman', 'RUN pacman -Sy --noconfirm curl'],
    ['a heredoc', 'RUN <<EOF\napt-get update\napt-get install -y curl\nEOF'],
  ])('finds what %s leaves', (_, run) => {
    expect(linesOf(packageListsLeft, `FROM debian\n${run}\nCMD ["curl"]\n`)).toEqual([2])
  })

  it('is not content with a removal in a later layer', () => {
    expect(linesOf(packageListsLeft, 'FROM debian\nRUN apt-get update\nRUN rm -rf /var/lib/apt/lists/*\n')).toEqual([2])
  })

  it.each([
    ['removed', 'RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*'],
    ['removed with more', 'RUN apt-get update; apt-get install -y curl; rm -rf /tmp/* /var/lib/apt/lists/* /var/tmp/*'],
    ['removed from above', 'RUN apt-get update && rm -rf /var/lib/apt'],
    ['removed with a trailing slash', 'RUN apt-get update && rm -r /var/lib/apt/lists/'],
    ['mounted', 'RUN --mount=type=cache,target=/var/lib/apt,sharing=locked apt-get update && apt-get install curl'],
    ['tmpfs', 'RUN --mount=type=tmpfs,target=/var/lib/apt/lists apt-get update && apt-get install curl'],
    ['distclean', 'RUN apt-get update && apt-get install -y curl && apt-get distclean'],
    ['no lists', 'RUN apt-get install -y ./a.deb'],
    ['apk --no-cache', 'RUN apk add --no-cache curl && apk --no-cache add git && apk del git'],
    ['apk removed', 'RUN apk update && apk add curl && rm -rf /var/cache/apk/*'],
    ['dnf clean', 'RUN dnf install -y curl && dnf clean all'],
    ['yum removed', 'RUN yum install -y curl && rm -rf /var/cache/yum'],
    ['zypper clean', 'RUN zypper in -y curl && zypper clean -a'],
    ['pacman clean', 'RUN pacman -Syu --noconfirm curl && pacman -Scc --noconfirm'],
    ['a text', 'RUN echo "apt-get update"'],
  ])('says nothing of %s', (_, run) => {
    expect(linesOf(packageListsLeft, `FROM debian\n${run}\n`)).toEqual([])
  })

  it('looks at the image only', () => {
    const text = 'FROM debian AS build\nRUN apt-get update\nFROM alpine\nCOPY --from=build /a /a\n'
    expect(linesOf(packageListsLeft, text)).toEqual([])
    expect(linesOf(packageListsLeft, text, { target: 'build' })).toEqual([2])
    expect(linesOf(packageListsLeft, 'FROM debian AS base\nRUN apt-get update\nFROM base\n')).toEqual([2])
  })

  it('mends an && chain', () => {
    const text =
      'FROM debian\nRUN apt-get update && \\\n    apt-get install -y \\\n      # for the check\n      curl  \nCMD ["x"]\n'
    expect(findingsOf(packageListsLeft, text)[0]?.fix).toEqual([
      { range: { startLine: 5, endLine: 5, startColumn: 11, endColumn: 11 }, text: ' && rm -rf /var/lib/apt/lists/*' },
    ])
    expect(findingsOf(packageListsLeft, 'FROM alpine\nRUN apk  add curl\n')[0]?.fix).toEqual([
      { range: { startLine: 2, endLine: 2, startColumn: 13, endColumn: 13 }, text: ' --no-cache' },
    ])
  })

  it.each([
    ['a RUN that goes on after failures', 'RUN apt-get update; apt-get install -y curl'],
    ['lists that are needed later', 'RUN apt-get update && apt-get install -y curl\nRUN apt-get install -y git'],
    ['a heredoc', 'RUN <<EOF\napt-get update\nEOF'],
    ['the exec form', 'RUN ["apt-get", "update"]'],
    ['apk update', 'RUN apk update && apk add curl'],
  ])('leaves %s to people', (_, run) => {
    const findings = findingsOf(packageListsLeft, `FROM debian\n${run}\n`)
    expect(findings.map(finding => finding.fix)).toEqual([undefined])
  })
})
