import type { FrameLine, Tone } from './frame.ts'
import type { Terminal } from './terminal.ts'
import { textWidth } from './text-width.ts'

const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
/** Terminals that know mode 2026 show everything between the two at once; the others ignore it. */
const BEGIN_FRAME = '\u001b[?2026h'
const END_FRAME = '\u001b[?2026l'
const CLEAR_LINE = '\u001b[K'
const CLEAR_BELOW = '\u001b[J'
const RESET = '\u001b[0m'
const COLOURS: Readonly<Record<Tone, string>> = {
  plain: '',
  done: '\u001b[34m',
  failed: '\u001b[31m',
  canceled: '\u001b[33m',
  output: '\u001b[2m',
}

/** Lines at the bottom of a terminal that are drawn again in place; what is printed above them stays. */
export class LiveRegion {
  readonly #terminal: Terminal
  readonly #coloured: boolean
  readonly #forgetExit: () => void
  #drawn: readonly FrameLine[] = []
  #last = ''
  #closed = false

  constructor(terminal: Terminal) {
    this.#terminal = terminal
    this.#coloured = !terminal.env['NO_COLOR']
    this.#forgetExit = terminal.onExit(() => this.close())
    terminal.write(HIDE_CURSOR)
  }

  /** Replaces the region by `lines`, with `above` printed for good before it. One write, none when nothing changed. */
  draw(lines: readonly FrameLine[], above: readonly FrameLine[] = []): void {
    if (this.#closed) return
    const body = lines.map(line => this.#paint(line)).join('')
    if (above.length === 0 && body === this.#last) return
    const text = above.map(line => this.#paint(line)).join('')
    this.#terminal.write(`${BEGIN_FRAME}${this.#toTop()}${text}${body}${CLEAR_BELOW}${END_FRAME}`)
    this.#drawn = lines
    this.#last = body
  }

  /** Takes the region away and gives the terminal back. Idempotent. */
  close(): void {
    if (this.#closed) return
    this.#terminal.write(`${this.#toTop()}${CLEAR_BELOW}${RESET}${SHOW_CURSOR}`)
    this.#closed = true
    this.#forgetExit()
  }

  #paint({ text, tone }: FrameLine): string {
    const colour = this.#coloured ? COLOURS[tone] : ''
    return `${colour === '' ? text : colour + text + RESET}${CLEAR_LINE}\n`
  }

  /** To the region's first line, also when a narrower terminal has wrapped its lines since. */
  #toTop(): string {
    const { columns } = this.#terminal.size()
    const rows = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(textWidth(line.text) / columns)), 0)
    return rows > 0 ? `\u001b[${rows}A\r` : '\r'
  }
}
