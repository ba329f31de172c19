import type { Heredoc, RunInstruction } from '../../instructions/types.ts'
import { readShell, type ShellCommand, type ShellRedirect } from './shell-commands.ts'
import type { ShellWord } from './shell-lexer.ts'

/** Where a command's words stand: in the text of the RUN, in a heredoc of it, or nowhere that could be pointed at. */
export type CommandOrigin = 'text' | Heredoc | undefined

/** A simple command that a RUN carries out. */
export interface RunCommand {
  /** The last part of the command's path: `apt-get` for `/usr/bin/apt-get`; empty where there are only redirections. */
  readonly name: string
  /** The word that `name` is taken from. */
  readonly command: ShellWord | undefined
  readonly args: readonly ShellWord[]
  readonly assignments: readonly ShellWord[]
  readonly redirects: readonly ShellRedirect[]
  readonly next: string
  readonly nested: boolean
  readonly origin: CommandOrigin
}

const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh'])
/** How deep `sh -c "sh -c ..."` is followed. */
const MAX_DEPTH = 4

/**
 * The simple commands of a RUN in the order of the text: of its shell form, exec form, heredocs, and of `sh -c`
 * scripts in them. None when what reads it is no POSIX shell: `shell` is SHELL's value, `/bin/sh -c` by default.
 */
export function readRun(run: RunInstruction, shell: readonly string[] | undefined): RunCommand[] {
  if (run.command.form === 'exec') return fromWords(run.command.args.map(knownWord), undefined, '', false, 0)
  if (shell && !isPosixShell(shell[0] ?? '')) return []
  const [script, ...more] = run.heredocs
  if (script && more.length === 0 && isHeredocAlone(run.command.text))
    return isShellScript(script.raw) ? fromText(script.raw, script, 0) : []
  return [
    ...fromText(run.command.text, 'text', 0),
    ...run.heredocs.flatMap(heredoc => (feedsShell(run.command, heredoc) ? fromText(heredoc.raw, heredoc, 0) : [])),
  ]
}

function isPosixShell(path: string): boolean {
  return SHELLS.has(baseName(path))
}

function isHeredocAlone(text: string): boolean {
  return readShell(text).every(({ words, assignments }) => words.length + assignments.length === 0)
}

function isShellScript(text: string): boolean {
  const interpreter = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(text)
  if (!interpreter) return !text.startsWith('#!')
  const [, path = '', argument = ''] = interpreter
  return isPosixShell(path) || (baseName(path) === 'env' && isPosixShell(argument))
}

/** `RUN bash <<EOF`: the only command is a shell that is given no script of its own. */
function feedsShell(command: RunInstruction['command'], heredoc: Heredoc): boolean {
  if (command.form !== 'shell') return false
  return readShell(command.text).some(
    ({ words, redirects }) =>
      isPosixShell(words[0]?.value ?? '') &&
      words.slice(1).every(word => word.value.startsWith('-')) &&
      redirects.some(redirect => redirect.sign.startsWith('<<') && redirect.target.value === heredoc.name),
  )
}

function fromText(text: string, origin: CommandOrigin, depth: number): RunCommand[] {
  return readShell(text).flatMap(command => fromCommand(command, origin, depth))
}

function fromCommand(command: ShellCommand, origin: CommandOrigin, depth: number): RunCommand[] {
  const found = fromWords(command.words, origin, command.next, command.nested, depth, command.assignments)
  const last = found.at(-1)
  if (!last) return [bareCommand(command, origin)]
  return [...found.slice(0, -1), { ...last, redirects: command.redirects }]
}

function bareCommand({ assignments, redirects, next, nested }: ShellCommand, origin: CommandOrigin): RunCommand {
  return { name: '', command: undefined, args: [], assignments, redirects, next, nested, origin }
}

function fromWords(
  words: readonly ShellWord[],
  origin: CommandOrigin,
  next: string,
  nested: boolean,
  depth: number,
  assignments: readonly ShellWord[] = [],
): RunCommand[] {
  const { rest, added } = withoutPrefixes(words)
  const [command, ...args] = rest
  if (!command) return []
  const script = depth < MAX_DEPTH ? scriptOf(baseName(command.value), args) : undefined
  const inner = script ? fromText(script.value, undefined, depth + 1).map(each => ({ ...each, nested: true })) : []
  const name = baseName(command.value)
  return [
    ...inner,
    { name, command, args, assignments: [...assignments, ...added], redirects: [], next, nested, origin },
  ]
}

/** The script of `bash -lc SCRIPT`. */
function scriptOf(name: string, args: readonly ShellWord[]): ShellWord | undefined {
  if (!SHELLS.has(name)) return undefined
  const flag = args.findIndex(word => /^-[a-z]*c$/.test(word.value))
  return flag < 0 ? undefined : args.slice(flag + 1).find(word => !word.value.startsWith('-'))
}

/** Commands that run the command behind them, and those of their flags that take a value. */
const PREFIXES: Readonly<Record<string, readonly string[]>> = {
  sudo: ['-u', '-g', '-h', '-p', '-C', '-r', '-t'],
  env: ['-u', '-C', '-S'],
  exec: ['-a'],
  command: [],
  nohup: [],
  time: ['-f', '-o'],
  nice: ['-n'],
  timeout: ['-k', '-s'],
  xargs: ['-n', '-I', '-P', '-L', '-d', '-a', '-E', '-s'],
  eatmydata: [],
  retry: ['-t', '-d'],
}

function withoutPrefixes(words: readonly ShellWord[]): { rest: readonly ShellWord[]; added: ShellWord[] } {
  const added: ShellWord[] = []
  let rest = words
  for (;;) {
    const name = baseName(rest[0]?.value ?? '')
    const valued = Object.hasOwn(PREFIXES, name) ? PREFIXES[name] : undefined
    if (!valued) return { rest, added }
    let at = 1
    while (rest[at]?.value.startsWith('-')) at += valued.includes(rest[at]?.value ?? '') ? 2 : 1
    if (name === 'timeout') at++
    while (name === 'env' && /^\w+=/.test(rest[at]?.value ?? '')) added.push(rest[at++] as ShellWord)
    if (at >= rest.length) return { rest, added }
    rest = rest.slice(at)
  }
}

function knownWord(value: string): ShellWord {
  return { value, dynamic: false, bare: false, start: 0, end: 0 }
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
