import { describe, expect, it } from 'vitest'
import { eventsOf, FakeClock, FakeTerminal } from './display.fixture.ts'
import { openDisplay } from './open-display.ts'

function tty(terminal = new FakeTerminal()): {
  terminal: FakeTerminal
  clock: FakeClock
  build: ReturnType<typeof eventsOf>
  finish: () => void
} {
  const clock = new FakeClock()
  const display = openDisplay({ mode: 'tty', terminal, clock })
  return { terminal, clock, build: eventsOf(display.sink, clock), finish: () => display.finish() }
}

function start(built: ReturnType<typeof eventsOf>): void {
  built.vertex(0, '[builder 1/3] FROM golang')
  built.vertex(1, '[builder 2/3] COPY . .')
  built.vertex(2, '[builder 3/3] RUN go build')
  built.cached(0)
  built.start(1)
}

describe('the tty display', () => {
  it('draws what is running, and leaves what is finished above', () => {
    const { terminal, clock, build } = tty()
    start(build)
    build.transfer(1, 'context', 3_600_000, 7_200_000)
    clock.advance(1500)
    expect(terminal.screen()).toBe(` => CACHED [builder 1/3] FROM golang                                        0.0s
[+] Building 1.5s (1/3)
 => [builder 2/3] COPY . .                                                  1.5s
 => => pulling context [==========>         ] 3.6MB / 7.2MB
`)
    build.done(1, 7_200_000)
    build.start(2)
    build.log(2, 'one\ntwo\nhalf')
    clock.advance(200)
    expect(terminal.screen()).toBe(` => CACHED [builder 1/3] FROM golang                                        0.0s
 => [builder 2/3] COPY . .                                           +7.2MB 1.5s
[+] Building 1.7s (2/3)
 => [builder 3/3] RUN go build                                              0.2s
 => => # one
 => => # two
 => => # half
`)
  })

  it('ends with every step, the headline and the summary', () => {
    const { terminal, clock, build, finish } = tty()
    start(build)
    clock.advance(500)
    build.done(1, 10)
    build.start(2)
    clock.advance(500)
    build.done(2, 12_345_678)
    build.image()
    finish()
    finish()
    const screen = terminal.screen()
    expect(
      screen.startsWith(` => CACHED [builder 1/3] FROM golang                                        0.0s
 => [builder 2/3] COPY . .                                             +10B 0.5s
 => [builder 3/3] RUN go build                                      +12.3MB 0.5s
[+] Building 1.0s (3/3) FINISHED

 image  sha256:abab`),
    ).toBe(true)
    expect(screen).toContain('builder (not in the image)')
    expect(terminal.cursorVisible).toBe(true)
    expect(clock.timers).toBe(0)
  })

  it('ends a failed build with the last output of the step', () => {
    const { terminal, clock, build, finish } = tty()
    start(build)
    build.log(1, 'cannot find x\n')
    clock.advance(300)
    build.fail(1, 'exit code: 1')
    finish()
    expect(terminal.screen()).toBe(` => CACHED [builder 1/3] FROM golang                                        0.0s
 => ERROR [builder 2/3] COPY . .                                            0.3s
[+] Building 0.3s (2/3) FAILED
------
 > [builder 2/3] COPY . .:
cannot find x
------
`)
  })

  it('draws at most ten frames a second however many events there are', () => {
    const { terminal, clock, build } = tty()
    start(build)
    clock.advance(100)
    const before = terminal.writes.length
    for (let i = 0; i < 1000; i++) {
      build.log(1, `line ${i}\n`)
      clock.advance(1)
    }
    expect(terminal.writes.length - before).toBe(10)
  })

  it('writes nothing when nothing changed', () => {
    const { terminal, clock } = tty()
    clock.advance(90)
    const before = terminal.writes.length
    clock.advance(5)
    expect(terminal.writes.length).toBe(before)
  })

  it('never writes a line wider or a region higher than the terminal', () => {
    const { terminal, clock, build } = tty(new FakeTerminal({ columns: 30, rows: 6 }))
    for (let i = 0; i < 20; i++) {
      build.vertex(i, `[stage-${i} 1/1] RUN something very long that does not fit`)
      build.start(i)
      build.log(i, '日本語のとても長い出力の行がここにあります\n')
    }
    clock.advance(100)
    const screen = terminal.screen().split('\n')
    expect(screen.length).toBeLessThanOrEqual(6)
    expect(Math.max(...screen.map(line => line.length))).toBeLessThanOrEqual(29)
    expect(screen.at(-2)).toBe(' => and 17 more')
  })

  it('finds its place again after the terminal was made narrower', () => {
    const { terminal, clock, build } = tty()
    start(build)
    clock.advance(100)
    terminal.resize(40, 24)
    const lastWrite = terminal.writes.at(-1) ?? ''
    expect(lastWrite).toContain('\u001b[3A')
    expect(lastWrite).toContain(' => [builder 2/3] COPY . .         0.1s')
  })

  it('gives the cursor back when the process exits without an end', () => {
    const { terminal, clock, build } = tty()
    start(build)
    clock.advance(100)
    expect(terminal.cursorVisible).toBe(false)
    terminal.exit()
    expect(terminal.cursorVisible).toBe(true)
    clock.advance(1000)
    expect(terminal.cursorVisible).toBe(true)
  })

  it('has colours unless NO_COLOR says no', () => {
    for (const [env, coloured] of [
      [{ TERM: 'xterm' }, true],
      [{ TERM: 'xterm', NO_COLOR: '1' }, false],
      [{ TERM: 'xterm', NO_COLOR: '' }, true],
    ] as const) {
      const { terminal, clock, build } = tty(new FakeTerminal({ env }))
      start(build)
      clock.advance(100)
      expect(terminal.output.includes('\u001b[34m')).toBe(coloured)
    }
  })

  it('keeps hostile names and output from the terminal', () => {
    const { terminal, clock, build } = tty()
    build.vertex(0, 'RUN \u001b[2Jclear\nline')
    build.start(0)
    build.log(0, '\u001b[5A\u001b]52;c;evil\u0007up\n')
    clock.advance(100)
    expect(terminal.screen()).toContain(' => RUN \\x1b[2Jclear\\x0aline')
    expect(terminal.screen()).toContain(' => => # up')
  })
})

describe('openDisplay', () => {
  it.each([
    ['a terminal', true, { TERM: 'xterm' }, true],
    ['a pipe', false, { TERM: 'xterm' }, false],
    ['a dumb terminal', true, { TERM: 'dumb' }, false],
    ['no TERM', true, {}, false],
    ['CI', true, { TERM: 'xterm', CI: 'true' }, false],
    ['CI=false', true, { TERM: 'xterm', CI: 'false' }, true],
  ])('auto on %s', (_, isTty, env, live) => {
    const terminal = new FakeTerminal({ isTty, env })
    const display = openDisplay({ mode: 'auto', terminal, clock: new FakeClock() })
    expect(terminal.output.includes('\u001b[?25l')).toBe(live)
    display.finish()
  })

  it('quiet says nothing, unless a step fails', () => {
    for (const fails of [false, true]) {
      const terminal = new FakeTerminal()
      const clock = new FakeClock()
      const display = openDisplay({ mode: 'quiet', terminal, clock })
      const build = eventsOf(display.sink, clock)
      start(build)
      build.log(1, 'oops\n')
      if (fails) build.fail(1, 'x')
      else build.image()
      display.finish()
      expect(terminal.output).toBe(fails ? '------\n > [builder 2/3] COPY . .:\noops\n------\n' : '')
    }
  })
})
