import { type ShellWord, shellTokens } from './shell-lexer.ts'

export interface ShellRedirect {
  /** `>`, `>>`, `<`, `&>` ..., without the number before it. */
  readonly sign: string
  readonly target: ShellWord
}

/** A simple command: what stands between `&&`, `;`, `|` and their like. */
export interface ShellCommand {
  /** The command and its arguments, without assignments, redirections and reserved words before it. */
  readonly words: readonly ShellWord[]
  /** `NAME=value` words before it. */
  readonly assignments: readonly ShellWord[]
  readonly redirects: readonly ShellRedirect[]
  /** The operator behind it; empty at the end of the text. */
  readonly next: string
  /** Stands inside parentheses, a loop, a condition or the like. */
  readonly nested: boolean
}

const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*\+?=/
const OPENING = new Set(['if', 'while', 'until', '{', 'case', 'for', 'select'])
const CLOSING = new Set(['fi', 'done', 'esac', '}'])
/** Words that stand before a command without being part of it. */
const RESERVED = new Set(['if', 'then', 'elif', 'else', 'while', 'until', 'do', '{', '!', 'fi', 'done', 'esac', '}'])

/** The simple commands of a POSIX shell text, in order. Never fails: a faulty text gives what can be made out. */
export function readShell(text: string): ShellCommand[] {
  const commands: ShellCommand[] = []
  let open = new OpenCommand()
  let depth = 0
  let target: string | undefined
  const end = (next: string): void => {
    depth += open.opens
    const command = open.finish(next, depth > 0 || open.closes > 0)
    if (command) commands.push(command)
    depth = Math.max(0, depth - open.closes)
    open = new OpenCommand()
    target = undefined
  }
  for (const token of shellTokens(text)) {
    if (token.kind === 'redirect') target = token.text.replace(/^\d+/, '')
    else if (token.kind === 'word') {
      if (target !== undefined) open.redirects.push({ sign: target, target: token.word })
      else open.add(token.word)
      target = undefined
    } else {
      end(token.text)
      if (token.text === '(') depth++
      if (token.text === ')') depth = Math.max(0, depth - 1)
    }
  }
  end('')
  return commands
}

class OpenCommand {
  readonly words: ShellWord[] = []
  readonly assignments: ShellWord[] = []
  readonly redirects: ShellRedirect[] = []
  opens = 0
  closes = 0

  add(word: ShellWord): void {
    if (this.words.length > 0) {
      this.words.push(word)
      return
    }
    if (word.bare && OPENING.has(word.value)) this.opens++
    if (word.bare && CLOSING.has(word.value)) this.closes++
    if (word.bare && RESERVED.has(word.value)) return
    if (ASSIGNMENT.test(word.value)) this.assignments.push(word)
    else this.words.push(word)
  }

  finish(next: string, nested: boolean): ShellCommand | undefined {
    const { words, assignments, redirects } = this
    if (words.length + assignments.length + redirects.length === 0) return undefined
    return { words, assignments, redirects, next, nested }
  }
}
