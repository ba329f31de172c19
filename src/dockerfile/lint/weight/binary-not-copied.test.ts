import { describe, expect, it } from 'vitest'
import { binaryNotCopied } from './binary-not-copied.ts'
import { findingsOf, linesOf } from './weight.fixture.ts'

const BUILD = 'FROM golang AS build\nWORKDIR /src\nRUN CGO_ENABLED=0 go build -o /out/server ./cmd/server\n'

describe('BinaryNotCopied', () => {
  it.each([
    ['nothing copied', 'FROM alpine\nENTRYPOINT ["/out/server"]', 'add COPY --from=build /out/server /out/server'],
    [
      'something else copied',
      'FROM alpine\nCOPY --from=build /src/web /web\nCMD ["/app/server", "-v"]',
      'COPY --from=build',
    ],
    [
      'copied elsewhere',
      'FROM alpine\nCOPY --from=build /out/server /usr/bin/\nCMD ["/app/server"]',
      'it is copied to /usr/bin/server',
    ],
    [
      'copied to the root',
      'FROM scratch\nCOPY --from=build /out/server /\nCMD ["/out/server"]',
      'it is copied to /server',
    ],
    ['the shell form', 'FROM alpine\nCMD exec /out/server --port 80', 'COPY --from=build'],
    ['a relative path', 'FROM alpine\nWORKDIR /app\nCMD ["./server"]', 'COPY --from=build /out/server /app/server'],
  ])('finds %s', (_, last, hint) => {
    const findings = findingsOf(binaryNotCopied, `${BUILD}${last}\n`)
    expect(findings.map(({ range }) => range?.startLine)).toEqual([3 + last.split('\n').length])
    expect(findings[0]?.hint).toContain(hint)
  })

  it('knows where cargo and gcc put programs', () => {
    const rust = 'FROM rust AS b\nWORKDIR /a\nRUN cargo build --release\nFROM debian\nCMD ["/a/target/release/x"]\n'
    expect(findingsOf(binaryNotCopied, rust)[0]?.hint).toBe('add COPY --from=b /a/target/release/x /a/target/release/x')
    expect(linesOf(binaryNotCopied, 'FROM gcc\nRUN cd /w && gcc -o hello a.c\nFROM scratch\nCMD ["/hello"]\n')).toEqual(
      [4],
    )
  })

  it.each([
    ['copied there', 'FROM alpine\nCOPY --from=build /out/server /app/server\nCMD ["/app/server"]'],
    ['copied into a directory', 'FROM alpine\nCOPY --from=build /out/server /app/\nCMD ["/app/server"]'],
    [
      'copied below the working directory',
      'FROM alpine\nWORKDIR /app\nCOPY --from=build /out/server .\nCMD ["./server"]',
    ],
    [
      'copied as the working directory says',
      'FROM alpine\nWORKDIR /app\nCOPY --from=build /out/server /app\nCMD ["/app/server"]',
    ],
    ['its directory copied', 'FROM alpine\nCOPY --from=build /out /app\nCMD ["/app/server"]'],
    ['its directory copied with a slash', 'FROM alpine\nCOPY --from=build /out/ /app/\nCMD ["/app/server"]'],
    ['everything copied', 'FROM alpine\nCOPY --from=build / /\nCMD ["/out/server"]'],
    ['a pattern copied', 'FROM alpine\nCOPY --from=build /out/* /app/\nCMD ["/app/server"]'],
    [
      'made by a RUN',
      'FROM alpine\nRUN --mount=from=build,target=/b cp /b/out/server /srv/server\nCMD ["/srv/server"]',
    ],
    ['linked', 'FROM alpine\nCOPY --from=build /out/server /x\nRUN ln -s /x /app-server\nCMD ["/app-server"]'],
    ['a variable', 'FROM alpine\nARG D\nCOPY --from=build /out/server $D\nCMD ["/app/server"]'],
    ['another program', 'FROM alpine\nCMD ["/bin/sh"]'],
    ['a bare name', 'FROM alpine\nCMD ["server"]'],
    ['the same stage', 'FROM build\nCMD ["/out/server"]'],
  ])('says nothing when it is %s', (_, last) => {
    expect(linesOf(binaryNotCopied, `${BUILD}${last}\n`)).toEqual([])
  })
})
