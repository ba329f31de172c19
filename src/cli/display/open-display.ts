import type { Display, DisplayOptions } from './display.ts'
import { PlainDisplay } from './plain.ts'
import { QuietDisplay } from './quiet.ts'
import { SYSTEM_CLOCK, type Terminal } from './terminal.ts'
import { TtyDisplay } from './tty.ts'

export function openDisplay({ mode, terminal, clock = SYSTEM_CLOCK }: DisplayOptions): Display {
  const chosen = mode === 'auto' ? resolveMode(terminal) : mode
  if (chosen === 'quiet') return new QuietDisplay(terminal)
  return chosen === 'tty' ? new TtyDisplay(terminal, clock) : new PlainDisplay(terminal, clock)
}

/** `tty` only where somebody looks at a terminal that can be redrawn. */
function resolveMode({ isTty, env }: Terminal): 'plain' | 'tty' {
  const dumb = env['TERM'] === undefined || env['TERM'] === '' || env['TERM'] === 'dumb'
  const automated = env['CI'] !== undefined && env['CI'] !== '' && env['CI'] !== 'false'
  return isTty && !dumb && !automated ? 'tty' : 'plain'
}
