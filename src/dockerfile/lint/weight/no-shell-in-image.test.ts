import { describe, expect, it } from 'vitest'
import { noShellInImage } from './no-shell-in-image.ts'
import { linesOf } from './weight.fixture.ts'

describe('NoShellInImage', () => {
  it.each([
    ['CMD', 'FROM scratch\nCOPY app /app\nCMD /app --port 80', [3]],
    ['ENTRYPOINT', 'FROM scratch\nCOPY app /\nENTRYPOINT /app', [3]],
    ['RUN', 'FROM scratch\nCOPY app /app\nRUN /app init\nCMD ["/app"]', [3]],
    ['HEALTHCHECK', 'FROM scratch\nHEALTHCHECK CMD /app health || exit 1', [2]],
    ['distroless', 'FROM gcr.io/distroless/static-debian12:nonroot\nCMD /app', [2]],
    ['the stage below', 'FROM scratch AS base\nCOPY app /app\nFROM base\nCMD /app', [4]],
  ])('finds %s', (_, text, lines) => {
    expect(linesOf(noShellInImage, `${text}\n`)).toEqual(lines)
  })

  it.each([
    ['the exec form', 'FROM scratch\nCOPY app /app\nCMD ["/app"]'],
    ['an image with a shell', 'FROM alpine\nCMD /app'],
    ['a debug variant', 'FROM gcr.io/distroless/base:debug\nCMD /app'],
    ['a root file system', 'FROM scratch\nADD rootfs.tar.gz /\nRUN echo hi\nCMD /app'],
    ['a shell that is copied', 'FROM scratch\nCOPY --from=busybox /bin/busybox /bin/sh\nCMD /app'],
    ['all of another stage', 'FROM alpine AS a\nFROM scratch\nCOPY --from=a / /\nCMD /app'],
    ['SHELL', 'FROM scratch\nCOPY x /x\nSHELL ["/x", "-c"]\nRUN a\nCMD b'],
    ['a stage that is not built', 'FROM scratch AS a\nCMD x\nFROM alpine\nCMD y'],
  ])('says nothing of %s', (_, text) => {
    expect(linesOf(noShellInImage, `${text}\n`)).toEqual([])
  })
})
