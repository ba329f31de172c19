import { describe, expect, it } from 'vitest'
import { sourcesLeft } from './sources-left.ts'
import { linesOf } from './weight.fixture.ts'

const CMD = 'CMD ["/app"]\n'

describe('SourcesLeft', () => {
  it.each([
    ['Go', 'COPY . .\nRUN go build -o /app .'],
    ['Go file by file', 'COPY go.mod main.go ./\nRUN cd x && go build -o /app'],
    ['Rust', 'COPY src ./src\nRUN cargo build --release'],
    ['C', 'COPY hello.c /\nRUN gcc -o /app /hello.c'],
    ['Java', 'COPY . .\nRUN ./mvnw -B package'],
    ['.NET', 'COPY . .\nRUN dotnet publish -c Release'],
  ])('finds sources of %s', (_, lines) => {
    expect(linesOf(sourcesLeft, `FROM x\n${lines}\n${CMD}`)).toEqual([2])
  })

  it.each([
    ['another stage', `FROM golang AS b\nCOPY . .\nRUN go build -o /app\nFROM scratch\nCOPY --from=b /app /\n${CMD}`],
    ['an interpreted language', `FROM node\nCOPY . .\nRUN npm run build\n${CMD}`],
    ['other files', `FROM golang\nCOPY config.json /\nRUN go install example.com/x@v1\n${CMD}`],
    ['an image that starts nothing', 'FROM golang\nCOPY . .\nRUN go build\n'],
    ['a build before', `FROM golang\nRUN go install example.com/x@v1\nCOPY . .\n${CMD}`],
  ])('says nothing of %s', (_, text) => {
    expect(linesOf(sourcesLeft, text)).toEqual([])
  })
})
