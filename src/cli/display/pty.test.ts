import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

/** Of util-linux: runs a command on a terminal of its own. */
const SCRIPT = 'script'
const PROGRAM = new URL('pty.fixture.ts', import.meta.url).pathname
const SHOW_CURSOR = '\u001b[?25h'
const HIDE_CURSOR = '\u001b[?25l'

/** Runs the program on a terminal of its own (util-linux script), 60 columns wide. */
function onTerminal(argument: string, env: Record<string, string> = {}): { output: string; status: number | null } {
  const command = `stty cols 60 rows 20; exec ${process.execPath} ${PROGRAM} ${argument}`
  const { CI: _, ...rest } = process.env
  const { stdout, status } = spawnSync(SCRIPT, ['-qec', command, '/dev/null'], {
    encoding: 'utf8',
    env: { ...rest, TERM: 'xterm', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return { output: stdout, status }
}

const HAS_SCRIPT = process.platform === 'linux' && spawnSync(SCRIPT, ['--version']).error === undefined

describe.skipIf(!HAS_SCRIPT)('on a real terminal', () => {
  it('draws to its width and gives the cursor back', () => {
    const { output } = onTerminal('')
    expect(output).toContain(HIDE_CURSOR)
    expect(output).toContain(` => CACHED [app 1/2] FROM base${' '.repeat(24)} 0.0s`)
    expect(output).toContain(' => => # working')
    expect(output).toMatch(/ => \[app 2\/2\] RUN make +\+1kB 0\.\ds/)
    expect(output.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(output.lastIndexOf(HIDE_CURSOR))
  })

  it.each([
    ['exit', 3],
    ['throw', 1],
  ])('gives the cursor back on %s', (way, code) => {
    const { output, status } = onTerminal(way)
    expect(status).toBe(code)
    expect(output.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(output.lastIndexOf(HIDE_CURSOR))
  })

  it('is plain on a dumb one', () => {
    const { output } = onTerminal('', { TERM: 'dumb' })
    expect(output).not.toContain('\u001b')
    expect(output).toMatch(/#2 \[app 2\/2\] RUN make\r\n#2 \d\.\d{3} working\r\n#2 DONE \d/)
  })
})
