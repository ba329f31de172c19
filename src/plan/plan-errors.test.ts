import { describe, expect, it } from 'vitest'
import { TareError } from '../base/error.ts'
import { FakeImages, failure, plan } from './planning.fixture.ts'

const PLAIN = 'FROM example/plain:1\n'

/** Dockerfile, code, line, what the message says, hint. */
const CASES: readonly (readonly [string, string, number | undefined, string | RegExp, string | RegExp | undefined])[] =
  [
    [
      'FROM example/plain:1 AS base\nFROM scratch\nCOPY --from=build /a /\n',
      'PLAN_UNKNOWN_STAGE',
      3,
      /^resolving --from=build: no stage has this name/,
      'did you mean `base`?',
    ],
    [
      'FROM example/plain:1 AS builder\nFROM scratch AS other\nCOPY --from=bulider /a /\n',
      'PLAN_UNKNOWN_STAGE',
      3,
      /bulider/,
      'did you mean `builder`?',
    ],
    [
      'FROM scratch AS compile-app\nFROM scratch AS other\nFROM scratch\nCOPY --from=app /a /\n',
      'PLAN_UNKNOWN_STAGE',
      4,
      /app/,
      'did you mean `compile-app`?',
    ],
    [
      'FROM scratch AS one1\nFROM scratch AS two2\nFROM scratch\nCOPY --from=busybox /a /\n',
      'PLAN_UNKNOWN_STAGE',
      4,
      /not found/,
      'the stages are: one1, two2',
    ],
    ['FROM scratch AS a\nCOPY --from=nobody/x:1 /a /\n', 'IMAGE_NOT_FOUND', 2, /nobody\/x:1/, undefined],
    ['FROM scratch\nCOPY --from=busybox /a /\n', 'IMAGE_NOT_FOUND', 2, /busybox/, undefined],
    ['FROM nobody/x:1\n', 'IMAGE_NOT_FOUND', 1, /nobody\/x:1/, undefined],
    ['FROM scratch\nCOPY --from=3 /a /\n', 'PLAN_UNKNOWN_STAGE', 2, /expected 0 to 0/, undefined],
    ['FROM scratch\nCOPY --from=UP/x /a /\n', 'IMAGE_NOT_FOUND', 2, /UP\/x/, undefined],
    ['FROM scratch\nCOPY --from=a::b /a /\n', 'OCI_INVALID_REFERENCE', 2, /invalid reference format/, undefined],
    [
      'FROM scratch AS s\nCOPY --from=s /a /\n',
      'PLAN_CIRCULAR_STAGES',
      1,
      /stage s: circular dependency: s -> s$/,
      undefined,
    ],
    [
      'FROM scratch AS a\nCOPY --from=c /a /\nFROM scratch AS b\nCOPY --from=a /a /\nFROM b AS c\n',
      'PLAN_CIRCULAR_STAGES',
      1,
      /stage a: circular dependency: a -> c -> b -> a$/,
      undefined,
    ],
    [
      'FROM scratch AS a\nCOPY --from=b /a /\nFROM scratch AS b\nFROM a\n',
      'PLAN_INVALID',
      2,
      /stage b must be defined before/,
      undefined,
    ],
    ['ARG IMG\nFROM $IMG\n', 'PLAN_INVALID', 2, /name is empty/, 'set it with --build-arg IMG=...'],
    ['ARG IMAGE=a\nFROM $IMGE\n', 'PLAN_INVALID', 2, /name is empty/, /^did you mean `IMAGE`\?/],
    [
      'FROM scratch AS build\nFROM BUILD\n',
      'PLAN_INVALID',
      2,
      /invalid reference format/,
      'did you mean the stage `build`?',
    ],
    ['FROM --platform=$NONE scratch\n', 'PLAN_INVALID', 1, /platform is empty/, /ARG NONE/],
    ['FROM --platform=a/b/c/d scratch\n', 'OCI_INVALID_PLATFORM', 1, /a\/b\/c\/d/, undefined],
    ['ARG A=${B:?needed}\nFROM scratch\n', 'word-required', 1, /needed/, /give B a value/],
    [`${PLAIN}EXPOSE 99999\n`, 'PLAN_INVALID', 2, /exposing port "99999"/, undefined],
    [`${PLAIN}EXPOSE 80/foo\n`, 'PLAN_INVALID', 2, /tcp, udp or sctp, got foo/, undefined],
    [`${PLAIN}EXPOSE 8082-8080\n`, 'PLAN_INVALID', 2, /rising range/, undefined],
    [`${PLAIN}STOPSIGNAL SIGTREM\n`, 'PLAN_INVALID', 2, /SIGTREM/, 'did you mean SIGTERM?'],
    [`${PLAIN}STOPSIGNAL 0\n`, 'PLAN_INVALID', 2, /STOPSIGNAL 0/, undefined],
    [`${PLAIN}STOPSIGNAL $X\n`, 'PLAN_INVALID', 2, /STOPSIGNAL/, undefined],
    [`${PLAIN}VOLUME $X\n`, 'PLAN_INVALID', 2, /path is empty/, undefined],
    [`${PLAIN}COPY --chmod=64a f /\n`, 'PLAN_INVALID', 2, /--chmod=64a: expected an octal number/, undefined],
    [`${PLAIN}COPY --chmod=10000 f /\n`, 'PLAN_INVALID', 2, /10000/, undefined],
    [`${PLAIN}COPY --chmod=u+y f /\n`, 'PLAN_INVALID', 2, /--chmod=u\+y: .*letters/, undefined],
    [`${PLAIN}COPY --chown=a:b:c f /\n`, 'PLAN_INVALID', 2, /a:b:c/, undefined],
    [`${PLAIN}COPY http://h.example/f /\n`, 'PLAN_INVALID', 2, /COPY does not take URLs/, 'use ADD'],
    [`${PLAIN}ADD --checksum=sha256:00 http://h.example/f /\n`, 'OCI_INVALID_DIGEST', 2, /sha256:00/, undefined],
    [`${PLAIN}ADD --checksum=sha256:00 f /\n`, 'PLAN_INVALID', 2, /exactly one source, a URL/, undefined],
    [
      `${PLAIN}ADD https://h.example/x.git?foo=1 /d\n`,
      'GIT_ADDRESS_INVALID',
      2,
      /unknown query key foo/,
      /^the keys are ref,/,
    ],
    [
      `${PLAIN}ARG R=https://h.example/x.git#a..b\nADD $R /d\n`,
      'GIT_ADDRESS_INVALID',
      3,
      /"a..b" cannot be the name/,
      undefined,
    ],
    [
      `${PLAIN}COPY git@h.example:x/y.git#main /d\n`,
      'PLAN_INVALID',
      2,
      /COPY does not take Git repositories/,
      'use ADD',
    ],
    [`${PLAIN}ADD --checksum=sha256:00 git://h.example/x /d\n`, 'PLAN_INVALID', 2, /expected a commit hash/, undefined],
    [
      `${PLAIN}ADD --checksum=00 git://h.example/x?commit=01 /d\n`,
      'PLAN_INVALID',
      2,
      /--checksum and the address/,
      undefined,
    ],
    [
      `${PLAIN}ADD --keep-git-dir=false git://h.example/x?keep-git-dir /d\n`,
      'PLAN_INVALID',
      2,
      /--keep-git-dir and the address/,
      undefined,
    ],
    [`${PLAIN}RUN --security=insecure b\n`, 'PLAN_NOT_ALLOWED', 2, /insecure/, /--allow/],
    [`${PLAIN}RUN <<../x\n#!/bin/sh\n../x\n`, 'PLAN_INVALID', 2, /name cannot be/, undefined],
    [
      'FROM scratch AS a\nONBUILD COPY --from=lib /x /\nFROM scratch AS later\nFROM a\nENV A=1\n',
      'PLAN_UNKNOWN_STAGE',
      4,
      /--from=lib/,
      /stages are: a, later/,
    ],
  ]

describe('planning stops, before anything runs, with the line', () => {
  it.each(CASES)('%j: %s at line %s', async (text, code, line, message, hint) => {
    const error = await failure(plan(text))
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)])
    expect(error.at?.range.startLine).toBe(line)
    expect(error.hint).toEqual(hint === undefined || typeof hint === 'string' ? hint : expect.stringMatching(hint))
  })
})

describe('a trigger of a base image', () => {
  it('is refused at the FROM line', async () => {
    const images = new FakeImages(false, { 'docker.io/library/t:1': { OnBuild: ['RUN true', 'RNU x'] } })
    const error = await failure(plan('FROM scratch AS a\nFROM t:1\n', {}, images))
    expect([error.code, error.at?.range.startLine]).toEqual(['PLAN_INVALID', 2])
    expect(error.message).toMatch(/^reading ONBUILD RNU x: /)
  })
})

describe('--from with a name that is no stage', () => {
  const text = 'FROM nowhere/base:1 AS base\nRUN a\nFROM scratch\nCOPY --from=build /a /\n'
  it('is named as the slip even when nothing can be reached', async () => {
    const images = {
      image: async (reference: string): Promise<never> => {
        throw new TareError('REGISTRY_UNREACHABLE', `resolving ${reference}: no network`)
      },
    }
    const error = await failure(plan(text, {}, images))
    expect([error.code, error.at?.range.startLine, error.hint]).toEqual([
      'PLAN_UNKNOWN_STAGE',
      4,
      'did you mean `base`?',
    ])
    expect(error.message).toContain('no network')
  })
  it('is an image when there is one', async () => {
    const built = await plan(
      'FROM scratch AS base\nCOPY f /\nFROM base\nCOPY --from=busybox /bin /bin\n',
      {},
      new FakeImages(true),
    )
    expect(built.vertices.map(({ op }) => (op.type === 'image' ? op.reference : op.type))).toContain(
      'docker.io/library/busybox:latest',
    )
  })
})

describe('an unknown target', () => {
  it.each([
    ['bulid', 'did you mean `build`?'],
    ['nothing-like-it', 'the stages are: build, test'],
    ['7', /stages are/],
  ])('%s', async (target, hint) => {
    const error = await failure(plan('FROM scratch AS build\nFROM scratch AS test\n', { target }))
    expect([error.code, error.hint]).toEqual([
      'PLAN_UNKNOWN_TARGET',
      typeof hint === 'string' ? hint : expect.stringMatching(hint),
    ])
  })
  it('is taken in any case, and by index', async () => {
    const text = 'FROM scratch AS build\nFROM scratch AS test\n'
    expect((await plan(text, { target: 'BUILD' })).targetStage).toBe('build')
    expect((await plan(text, { target: '0' })).targetStage).toBe('build')
    expect((await plan(text)).targetStage).toBe('test')
  })
})
