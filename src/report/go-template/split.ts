import { syntaxError } from './errors.ts'

/** A piece of a template: literal text, or what stands between `{{` and `}}`. */
export interface Piece {
  readonly type: 'text' | 'action'
  readonly text: string
  /** 0-based, of `text` in the format. */
  readonly offset: number
}

/** Cuts a template at its actions, drops comments, and trims text beside `{{- ` and ` -}}`. */
export function splitTemplate(format: string): Piece[] {
  const pieces: Piece[] = []
  let position = 0
  let trimNext = false
  while (position < format.length) {
    const open = format.indexOf('{{', position)
    const text = format.slice(position, open === -1 ? undefined : open)
    const trimThis = open !== -1 && /^-\s/.test(format.slice(open + 2, open + 4))
    pushText(pieces, trim(text, trimNext, trimThis), position)
    if (open === -1) break
    const start = open + 2 + (trimThis ? 1 : 0)
    const close = findClose(format, start, open)
    let action = format.slice(start, close)
    trimNext = /\s-$/.test(action)
    if (trimNext) action = action.slice(0, -1)
    if (!/^\s*\/\*[\s\S]*\*\/\s*$/.test(action)) pieces.push({ type: 'action', text: action, offset: start })
    position = close + 2
  }
  return pieces
}

function pushText(pieces: Piece[], text: string, offset: number): void {
  if (text !== '') pieces.push({ type: 'text', text, offset })
}

function trim(text: string, start: boolean, end: boolean): string {
  const left = start ? text.trimStart() : text
  return end ? left.trimEnd() : left
}

/** Where the action's `}}` stands: not one inside a string or comment. */
function findClose(format: string, start: number, open: number): number {
  const skip = /\s*\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|`[^`]*`|\}\}/uy
  for (let i = start; i < format.length; i++) {
    skip.lastIndex = i
    const match = skip.exec(format)
    if (!match) continue
    if (match[0] === '}}') return i
    i += match[0].length - 1
  }
  throw syntaxError(open, 'unclosed action {{')
}
