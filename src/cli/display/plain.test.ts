import { describe, expect, it } from 'vitest'
import { eventsOf, FakeClock, FakeTerminal } from './display.fixture.ts'
import { openDisplay } from './open-display.ts'

function plain(env: Record<string, string> = {}): {
  terminal: FakeTerminal
  clock: FakeClock
  build: ReturnType<typeof eventsOf>
  finish: () => void
} {
  const terminal = new FakeTerminal({ isTty: false, env })
  const clock = new FakeClock()
  const display = openDisplay({ mode: 'plain', terminal, clock })
  return { terminal, clock, build: eventsOf(display.sink, clock), finish: () => display.finish() }
}

describe('the plain display', () => {
  it('shows a build as buildx does', () => {
    const { terminal, clock, build, finish } = plain()
    build.vertex(0, '[internal] load build context')
    build.vertex(1, '[builder 1/3] FROM golang')
    build.vertex(2, '[builder 2/3] COPY go.mod .', [0, 1])
    build.vertex(3, '[builder 3/3] RUN go build', [2])
    build.start(0)
    build.transfer(0, 'context', 100, 12_300_000)
    clock.advance(200)
    build.transfer(0, 'context', 12_300_000, 12_300_000, true)
    build.done(0)
    build.cached(1)
    build.cached(2)
    build.start(3)
    clock.advance(123)
    build.log(3, 'go: downloading\n')
    clock.advance(12_000)
    build.log(3, 'warning: x\nhalf a ', 'stderr')
    build.log(3, 'line\n', 'stderr')
    clock.advance(222)
    build.done(3, 12_345_678)
    build.image()
    finish()
    expect(terminal.output).toBe(`#1 [internal] load build context
#1 pulling context 12.3MB done
#1 DONE 0.2s

#2 [builder 1/3] FROM golang
#2 CACHED

#3 [builder 2/3] COPY go.mod .
#3 CACHED

#4 [builder 3/3] RUN go build
#4 0.123 go: downloading
#4 12.12 warning: x
#4 12.12 half a line
#4 DONE 12.3s +12.3MB

 image  sha256:${'ab'.repeat(32)}
 name   docker.io/library/app:latest
 size   13.6MB uncompressed in 2 layers, linux/amd64

  ADDED    TIME  STEP
  992MB          builder (not in the image)
  897MB            base image
 2.05kB  cached    COPY go.mod .
 95.3MB   12.3s    RUN go build
 13.6MB          stage-1
 2.86MB            base image
 10.7MB    0.1s    COPY --from=builder /app /app
`)
  })

  it('lets steps that run at the same time take turns', () => {
    const { terminal, clock, build, finish } = plain()
    build.vertex(0, '[a 1/1] RUN a')
    build.vertex(1, '[b 1/1] RUN b')
    build.start(0)
    build.start(1)
    build.log(0, 'a1\n')
    build.log(1, 'b1\n')
    build.log(0, 'a2\n')
    clock.advance(1000)
    build.log(0, 'a3\n')
    build.log(1, 'b2\n')
    clock.advance(500)
    build.done(1)
    clock.advance(500)
    build.done(0)
    finish()
    expect(terminal.output).toBe(`#1 [a 1/1] RUN a
#1 0.000 a1
#1 0.000 a2
#1 ...

#2 [b 1/1] RUN b
#2 0.000 b1
#2 1.000 b2
#2 DONE 1.5s

#1 [a 1/1] RUN a
#1 1.000 a3
#1 DONE 2.0s
`)
  })

  it('gives the word at once to a step with much to say', () => {
    const { terminal, build } = plain()
    build.vertex(0, 'quiet')
    build.vertex(1, 'loud')
    build.start(0)
    build.start(1)
    build.log(1, `${'x'.repeat(100)}\n`.repeat(1000))
    expect(terminal.output).toContain('#2 loud\n#2 0.000 xxx')
  })

  it('repeats the last output of a step that fails, and gives no summary', () => {
    const { terminal, clock, build, finish } = plain()
    build.vertex(0, '[2/2] RUN make')
    build.vertex(1, '[other 1/1] RUN sleep')
    build.start(0)
    build.start(1)
    build.log(0, Array.from({ length: 30 }, (_, i) => `line ${i + 1}\n`).join(''))
    build.log(0, 'no line end')
    clock.advance(100)
    build.fail(0, 'process "/bin/sh -c make" did not complete successfully: exit code: 2')
    build.cancel(1)
    finish()
    const lines = terminal.output.split('\n')
    expect(lines.slice(0, 2)).toEqual(['#1 [2/2] RUN make', '#1 0.000 line 1'])
    expect(terminal.output).toContain(
      '#1 0.100 no line end\n#1 ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2\n',
    )
    expect(terminal.output).toContain('#2 [other 1/1] RUN sleep\n#2 CANCELED\n')
    expect(terminal.output.endsWith('line 29\nline 30\nno line end\n------\n')).toBe(true)
    expect(terminal.output.split('------\n')[1]?.split('\n').slice(0, 2)).toEqual([' > [2/2] RUN make:', 'line 12'])
  })

  it('keeps hostile output from the terminal', () => {
    const { terminal, build, finish } = plain()
    build.vertex(0, 'RUN evil\u001b[2J')
    build.start(0)
    build.log(0, '\u001b]0;title\u0007\u001b[2J\u001b[31mred\u001b[1A text\n')
    build.log(0, ' 10%\r 50%\r100%\n')
    build.log(0, Buffer.of(0xff, 0x41, 0x0a))
    build.log(0, 'beep\u0007\u0000\u009b2J \u202egnp.exe\n')
    build.done(0)
    finish()
    expect(terminal.output).toBe(`#1 RUN evil\\x1b[2J
#1 0.000 \u001b[31mred text\u001b[0m
#1 0.000 100%
#1 0.000 \\xffA
#1 0.000 beep\\x00\\x9b2J \\u202egnp.exe
#1 DONE 0.0s
`)
  })

  it('takes colours away when NO_COLOR is set', () => {
    const { terminal, build } = plain({ NO_COLOR: '1' })
    build.vertex(0, 'RUN colour')
    build.start(0)
    build.log(0, '\u001b[31mred\u001b[0m\n')
    expect(terminal.output).toBe('#1 RUN colour\n#1 0.000 red\n')
  })

  it('lists warnings at the end', () => {
    const { terminal, build, finish } = plain()
    build.warn('StageNameCasing', "Stage name 'Base' should be lowercase", 'Dockerfile:1\n----')
    build.image()
    finish()
    expect(terminal.output).toContain(
      " 1 warning found:\n - StageNameCasing: Stage name 'Base' should be lowercase\nDockerfile:1\n----\n",
    )
  })

  it('mentions a long transfer every five seconds', () => {
    const { terminal, clock, build } = plain()
    build.vertex(0, '[1/1] FROM big')
    build.start(0)
    for (let i = 0; i < 120; i++) {
      build.transfer(0, `sha256:${'0123456789ab'.padEnd(64, 'c')}`, i * 1_000_000, 120_000_000)
      clock.advance(100)
    }
    build.transfer(0, `sha256:${'0123456789ab'.padEnd(64, 'c')}`, 120_000_000, 120_000_000, true)
    expect(terminal.output).toBe(`#1 [1/1] FROM big
#1 pulling 0123456789ab 50MB / 120MB
#1 pulling 0123456789ab 100MB / 120MB
#1 pulling 0123456789ab 120MB done
`)
  })

  it('leaves no timer behind', () => {
    const { clock, build, finish } = plain()
    build.vertex(0, 'a')
    build.vertex(1, 'b')
    build.start(0)
    build.start(1)
    build.log(1, 'waiting\n')
    finish()
    finish()
    expect(clock.timers).toBe(0)
  })
})
