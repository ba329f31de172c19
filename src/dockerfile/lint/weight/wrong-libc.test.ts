import { describe, expect, it } from 'vitest'
import { linesOf } from './weight.fixture.ts'
import { wrongLibc } from './wrong-libc.ts'

function go(from: string, build: string, last: string, more = 'EXPOSE 80\n'): string {
  return `FROM ${from} AS b\nRUN ${build}\nFROM ${last}\nCOPY --from=b /app /app\n${more}CMD ["/app"]\n`
}

describe('WrongLibc', () => {
  it.each([
    ['Go on scratch', go('golang:1.22', 'go build -o /app .', 'scratch')],
    ['Go on alpine', go('golang:1.22-bookworm', 'go build -o /app .', 'alpine:3.20')],
    ['Go on distroless/static', go('golang', 'cd /src && go build -o=/app .', 'gcr.io/distroless/static-debian12')],
    ['Rust on alpine', 'FROM rust AS b\nRUN cargo build --release\nFROM alpine\nCOPY --from=b /target/release/x /x\n'],
    ['C on scratch', go('gcc:13', 'gcc -O2 -o /app a.c', 'scratch', '')],
    ['C of alpine on scratch', go('alpine', 'gcc -o /app a.c', 'scratch', '')],
  ])('finds %s', (_, text) => {
    expect(linesOf(wrongLibc, text.replace('RUN cargo', 'WORKDIR /\nRUN cargo'))).toEqual([
      text.includes('cargo') ? 5 : 4,
    ])
  })

  it.each([
    ['CGO_ENABLED=0', go('golang', 'CGO_ENABLED=0 go build -o /app .', 'scratch')],
    [
      'CGO_ENABLED=0 in ENV',
      `FROM golang AS b\nENV CGO_ENABLED=0\nRUN go build -o /app\nFROM scratch\nCOPY --from=b /app /\nEXPOSE 1\n`,
    ],
    ['CGO_ENABLED=0 exported', go('golang', 'export CGO_ENABLED=0 && go build -o /app .', 'scratch')],
    ['a static link', go('golang', 'go build -ldflags \'-extldflags "-static"\' -o /app .', 'scratch')],
    ['a Go program that may use neither network nor users', go('golang', 'go build -o /app .', 'scratch', '')],
    ['the same C library', go('golang:alpine', 'go build -o /app .', 'alpine')],
    ['Go without a C compiler', go('golang:alpine', 'go build -o /app .', 'scratch')],
    ['glibc', go('golang', 'go build -o /app .', 'debian:stable-slim')],
    ['an image nobody knows', go('golang', 'go build -o /app .', 'registry.example.com/run')],
    ['-static', go('gcc', 'gcc -static -o /app a.c', 'scratch', '')],
    ['gcompat', go('golang', 'go build -o /app .', 'alpine', 'RUN apk add --no-cache gcompat\nEXPOSE 1\n')],
    [
      'copied libraries',
      go('gcc', 'gcc -o /app a.c', 'scratch', 'COPY --from=b /lib/x86_64-linux-gnu/libc.so.6 /lib/\n'),
    ],
    [
      'musl',
      'FROM rust AS b\nRUN cargo build --release --target x86_64-unknown-linux-musl\nFROM scratch\nCOPY --from=b /target/x86_64-unknown-linux-musl/release/x /x\n',
    ],
  ])('says nothing with %s', (_, text) => {
    expect(linesOf(wrongLibc, text)).toEqual([])
  })
})
