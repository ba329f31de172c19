import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInstalled } from '../../scripts/debian-programs.ts'
import { tareProgram } from '../../scripts/tare.ts'
import { buildBusybox } from '../support/busybox.ts'
import { writeContext } from '../support/context.ts'
import { assertNothingLeft } from '../support/leaks.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { TestTerminal } from '../support/terminal.ts'

const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
const CTRL_C = '\x03'
const CTRL_Z = '\x1a'
/** Tells when it runs, not when it is typed. */
const LONG = 'sh -c \'echo run""ning; exec sleep 300\'\n'
const SANDBOXES = ['crun', 'runc', 'built-in']

describe.each(SANDBOXES)('tare run, sandbox %s', sandbox => {
  let store: TestStore
  beforeAll(async () => {
    store = openTestStore({ TARE_SANDBOX: sandbox })
    await buildBusybox(store)
  })
  afterAll(() => store[Symbol.dispose]())

  const usable = sandbox === 'built-in' || isInstalled(sandbox)

  it.runIf(usable)('-it gives a shell the terminal, its size, its keys, and the terminal back', async () => {
    const script = 'stty -g; "$1" run -it busybox sh; code=$?; stty -g; exit $code'
    await using terminal = new TestTerminal(['sh', '-c', script, 'sh', tareProgram()], store.env)
    const [before] = await terminal.expect(/[0-9a-f]+(:[0-9a-f]+)+/)
    await terminal.expect(/# /)
    terminal.type('[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo is"" a terminal; stty size\n')
    await terminal.expect(/is a terminal\r\n24 80\r\n/)
    terminal.resize(40, 120)
    terminal.type(LONG)
    await terminal.expect(/running\r\n/)
    terminal.type(CTRL_C)
    await terminal.expect(/# /)
    terminal.type('echo code"" $?; stty size\n')
    await terminal.expect(/code 130\r\n40 120\r\n/)
    terminal.type(LONG)
    await terminal.expect(/running\r\n/)
    terminal.type(CTRL_Z)
    await terminal.expect(/Stopped/)
    terminal.type('exit 7\n')
    await terminal.expect(/You have stopped jobs/)
    terminal.type('exit 7\n')
    await terminal.expect(new RegExp(before))
    expect(await terminal.end()).toBe(7)
    await assertNothingLeft(store.root)
  })

  it.runIf(usable)('-t is ended by SIGTERM to Tare, and gives the terminal back', async () => {
    const program = 'trap "exit 9" TERM; echo ready; while true; do sleep 0.1; done'
    const script = 'stty -g; sh -c \'echo pid $$; exec "$@"\' sh "$@"; echo code $?; stty -g'
    const command = ['sh', '-c', script, 'sh', tareProgram(), 'run', '-t', 'busybox', 'sh', '-c', program]
    await using terminal = new TestTerminal(command, store.env)
    const [before] = await terminal.expect(/[0-9a-f]+(:[0-9a-f]+)+/)
    const [, pid] = await terminal.expect(/pid (\d+)/)
    await terminal.expect(/ready/)
    process.kill(Number(pid), 'SIGTERM')
    await terminal.expect(/code 9/)
    await terminal.expect(new RegExp(before))
    expect(await terminal.end()).toBe(0)
  })

  it.runIf(usable)('-i leaves ^C to Tare, which hands it on once', async () => {
    const count = 'trap "echo interrupt" INT; echo ready; while true; do sleep 0.1; read -r x && exit 4; done'
    await using terminal = new TestTerminal([tareProgram(), 'run', '-i', 'busybox', 'sh', '-c', count], store.env)
    await terminal.expect(/ready/)
    terminal.type(CTRL_C)
    await terminal.expect(/interrupt\r\n/)
    terminal.type('go\n')
    expect(await terminal.end()).toBe(4)
    expect(terminal.output.match(/interrupt/g)).toHaveLength(1)
  })

  it.runIf(usable)('forwards SIGTERM, and ends what does not listen at the second', async () => {
    const deaf = run('trap "" TERM; echo ready; while true; do sleep 0.1; done')
    await once(deaf.stdout, 'data')
    deaf.kill('SIGTERM')
    deaf.kill('SIGINT')
    expect((await once(deaf, 'close'))[0]).toBe(137)
    const listening = run('trap "echo bye; exit 3" TERM; echo ready; while true; do sleep 0.1; done')
    await once(listening.stdout, 'data')
    listening.kill('SIGTERM')
    const [said] = await once(listening.stdout, 'data')
    expect([String(said), (await once(listening, 'close'))[0]]).toEqual(['bye\n', 3])
    await assertNothingLeft(store.root)
  })

  const run = (script: string) =>
    spawn(tareProgram(), ['run', 'busybox', 'sh', '-c', script], {
      env: { ...process.env, ...store.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
})

describe('tare build on a terminal', () => {
  let store: TestStore
  beforeAll(async () => {
    store = openTestStore()
    await buildBusybox(store)
  })
  afterAll(() => store[Symbol.dispose]())

  async function building(dockerfile: string, flags: readonly string[] = []) {
    const folder = tempFolder()
    writeContext(folder.path, { Dockerfile: dockerfile })
    const terminal = new TestTerminal([tareProgram(), 'build', ...flags, folder.path], store.env)
    return {
      terminal,
      [Symbol.asyncDispose]: async () => {
        await terminal[Symbol.asyncDispose]()
        folder[Symbol.dispose]()
      },
    }
  }

  it('draws, and ends with the summary below', async () => {
    await using build = await building('FROM busybox\nRUN echo one && sleep 0.3\n')
    expect(await build.terminal.end()).toBe(0)
    const { output } = build.terminal
    expect(output).toContain(HIDE_CURSOR)
    expect(output).toContain(' => => # one')
    expect(output.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(output.lastIndexOf(HIDE_CURSOR))
    expect(output.slice(output.lastIndexOf(SHOW_CURSOR))).toMatch(/image +sha256:[0-9a-f]{12}/)
  })

  it('gives the cursor back after ^C, with 130 and nothing left', async () => {
    await using build = await building('FROM busybox\nRUN echo begun; sleep 300\n')
    await build.terminal.expect(/# begun/)
    build.terminal.type(CTRL_C)
    expect(await build.terminal.end()).toBe(130)
    const { output } = build.terminal
    expect(output.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(output.lastIndexOf(HIDE_CURSOR))
    expect(output).toContain('stopped by SIGINT')
    await assertNothingLeft(store.root)
  })

  it.each([
    ['plain', /#\d+ \[2\/2\] RUN echo one/],
    ['quiet', /^sha256:[0-9a-f]{64}\r\n$/],
  ])('--progress %s draws nothing', async (mode, expected) => {
    await using build = await building('FROM busybox\nRUN echo one\n', ['--progress', mode])
    expect(await build.terminal.end()).toBe(0)
    expect(build.terminal.output).toMatch(expected)
    expect(build.terminal.output).not.toContain(HIDE_CURSOR)
  })
})

describe('questions on a terminal', () => {
  it('are answered, and ^C ends them with 130', async () => {
    using store = openTestStore()
    await buildBusybox(store)
    await using asked = new TestTerminal([tareProgram(), 'system', 'prune'], store.env)
    await asked.expect(/continue\? \[y\/N\] /)
    asked.type('y\n')
    await asked.expect(/Total reclaimed space/)
    expect(await asked.end()).toBe(0)
    await using left = new TestTerminal([tareProgram(), 'login', '127.0.0.1:1'], store.env)
    await left.expect(/Username: /)
    left.type('me\n')
    await left.expect(/Password: /)
    left.type(`secret${CTRL_C}`)
    expect(await left.end()).toBe(130)
    expect(left.output).not.toContain('secret')
    expect(left.output).not.toContain('internal error')
  })
})
