import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Writable } from 'node:stream'

const BRIDGE = join(import.meta.dirname, 'terminal-bridge.py')
const PATIENCE_MS = 10_000

/** A program on a terminal of its own, of 24 x 80 cells. */
export class TestTerminal implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown[]>
  #output = ''
  #seen = 0
  #wake = (): void => undefined

  constructor(command: readonly string[], env: Readonly<Record<string, string | undefined>>) {
    const { CI: _, ...inherited } = process.env
    this.#child = spawn('python3', [BRIDGE, ...command], {
      env: { ...inherited, TERM: 'xterm', ...env },
      stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
    })
    this.#ended = once(this.#child, 'close')
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text
      this.#wake()
    })
    this.#child.once('close', () => this.#wake())
  }

  /** All that was shown so far. */
  get output(): string {
    return this.#output
  }

  /** Waits until something new that matches is shown, and gives the match; what comes before it counts as seen. */
  async expect(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + PATIENCE_MS
    for (;;) {
      const match = pattern.exec(this.#output.slice(this.#seen))
      if (match) {
        this.#seen += match.index + match[0].length
        return match
      }
      if (this.#child.exitCode !== null || Date.now() > deadline)
        throw new Error(`waiting for ${pattern}: got ${JSON.stringify(this.#output.slice(this.#seen))}`)
      await new Promise<void>(resolve => {
        this.#wake = resolve
        setTimeout(resolve, PATIENCE_MS).unref()
      })
    }
  }

  type(text: string): void {
    this.#child.stdin?.write(text)
  }

  resize(rows: number, columns: number): void {
    const sizes = this.#child.stdio[3] as Writable
    sizes.write(`${rows} ${columns}\n`)
  }

  /** The exit code. */
  async end(): Promise<number> {
    const [code] = await this.#ended
    return code as number
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}
