import { suggest } from '../../base/suggest.ts'
import { inMessage } from '../error.ts'
import type { AstWord } from '../syntax/ast.ts'
import { type Request, refuse } from './request.ts'
import type { Flag } from './types.ts'

/** `bool` takes `--x`, `--x=true` and `--x=false`; `text` needs a value; `texts` may be given again and again. */
type FlagKind = 'bool' | 'text' | 'texts'
export type FlagKinds = Readonly<Record<string, FlagKind>>

/** An instruction's flags, checked against those that it knows. */
export class Flags {
  readonly all: readonly Flag[]

  constructor(all: readonly Flag[]) {
    this.all = all
  }

  /** The flag itself, with its range. */
  one(name: string): Flag | undefined {
    return this.all.find(flag => flag.name === name)
  }

  text(name: string): string | undefined {
    return this.one(name)?.value
  }

  texts(name: string): string[] {
    return this.each(name).map(flag => flag.value ?? '')
  }

  each(name: string): Flag[] {
    return this.all.filter(flag => flag.name === name)
  }

  /** Undefined when it was not given. */
  bool(name: string): boolean | undefined {
    const flag = this.one(name)
    return flag && flag.value?.toLowerCase() !== 'false'
  }
}

/** The flags as they stand there, for instructions that do not look at them. */
export function givenFlags(request: Request): readonly Flag[] {
  return request.node.flags.map(asFlag)
}

/** Throws for an unknown flag, one given twice, and one without the value it needs. */
export function readFlags(request: Request, kinds: FlagKinds = {}): Flags {
  const seen = new Set<string>()
  return new Flags(request.node.flags.map(word => readFlag(request, kinds, word, seen)))
}

function readFlag(request: Request, kinds: FlagKinds, word: AstWord, seen: Set<string>): Flag {
  const flag = asFlag(word)
  const { name, value } = flag
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  if (kind === undefined) throw unknownFlag(request, Object.keys(kinds), name, word)
  const refuseFlag = (cause: string): Error => refuse(request, 'dockerfile-flag', cause, { range: word.range })
  if (kind !== 'texts' && seen.has(name)) throw refuseFlag(`duplicate flag specified: --${name}`)
  seen.add(name)
  if (kind === 'bool' ? value === '' : value === undefined) throw refuseFlag(`missing a value on flag: --${name}`)
  if (kind === 'bool' && value !== undefined && !/^(true|false)$/i.test(value))
    throw refuseFlag(`expecting boolean value for flag --${name}, not: ${inMessage(value)}`)
  return flag
}

function asFlag({ value: word, range }: AstWord): Flag {
  const equals = word.indexOf('=')
  if (equals < 0) return { name: word.slice(2), value: undefined, range }
  return { name: word.slice(2, equals), value: word.slice(equals + 1), range }
}

function unknownFlag(request: Request, known: readonly string[], name: string, word: AstWord): Error {
  const meant = name === '' ? undefined : suggest(name.slice(0, 40), known)
  const cause = `unknown flag: --${inMessage(name)}${meant === undefined ? '' : ` (did you mean --${meant}?)`}`
  const hint =
    known.length === 0
      ? `${request.name} takes no flags`
      : `${request.name} takes ${known.map(flag => `--${flag}`).join(', ')}`
  return refuse(request, 'dockerfile-unknown-flag', cause, { range: word.range, hint })
}
