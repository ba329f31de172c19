import { inMessage } from '../error.ts'
import { readName } from './name.ts'
import { replacePattern, trimPrefix, trimSuffix } from './pattern.ts'
import { SplitCollector } from './split-collector.ts'
import type { EnvLookup, ExpandOptions, Expansion, WordsExpansion } from './types.ts'
import { WordFault, wordError } from './word-error.ts'

/** How deep `${a:-${b:-...}}` may go. */
const MAX_DEPTH = 500
/** Characters that one expansion may give; the kernel takes no variable above 128 KiB. */
const MAX_LENGTH = 8 * 1024 * 1024

/** A byte-order mark at the very start is no part of a word. */
const MARK = '\ufeff'
const HEREDOC_BLANKS = new Set(['\t', '\r', ' '])
const ESCAPABLE_IN_DOUBLE_QUOTES = new Set(['"', '$'])

/**
 * Takes quotes and escapes off a word and puts in the values of variables: `$v ${v} ${v:-w} ${v-w} ${v:+w} ${v+w}
 * ${v:?e} ${v?e} ${v#p} ${v##p} ${v%p} ${v%%p} ${v/p/r} ${v//p/r}`. Names are looked up once each time they are used,
 * those in words that turn out not to be needed as well.
 * Throws TareError<'word-syntax'>, or <'word-required'> for `?`; with `at` when `options.at` is given.
 */
export function expandWord(word: string, env: EnvLookup, options: ExpandOptions = {}): Expansion {
  const { value, matched, unmatched } = expand(word, env, options)
  return { value, matched, unmatched }
}

/** The same, and the result split at white space that was neither quoted nor escaped (`EXPOSE $PORTS`). */
export function expandWords(text: string, env: EnvLookup, options: ExpandOptions = {}): WordsExpansion {
  const { words, matched, unmatched } = expand(text, env, options)
  return { words, matched, unmatched }
}

function expand(word: string, env: EnvLookup, options: ExpandOptions): Expansion & WordsExpansion {
  const expander = new Expander(word, env, options)
  try {
    const { value, words } = expander.run()
    return { value, words, matched: [...expander.matched], unmatched: [...expander.unmatched] }
  } catch (error) {
    throw error instanceof WordFault ? wordError(error, word, options.at) : error
  }
}

interface Scanned {
  readonly value: string
  readonly words: readonly string[]
}

/** What one step of the scan gives; `splits` when white space in it separates words. */
interface Piece {
  readonly text: string
  readonly splits: boolean
}

class Expander {
  readonly matched = new Set<string>()
  readonly unmatched = new Set<string>()
  readonly #text: string
  readonly #env: EnvLookup
  readonly #options: ExpandOptions
  readonly #escape: string
  #at: number
  #words = new SplitCollector()
  #depth = 0
  #length = 0

  constructor(text: string, env: EnvLookup, options: ExpandOptions) {
    this.#text = text
    this.#env = env
    this.#options = options
    this.#escape = options.escape ?? '\\'
    this.#at = text.startsWith(MARK) ? 1 : 0
  }

  run(): Scanned {
    return this.#scan(undefined, this.#options.rawEscapes ?? false)
  }

  /** Up to `stop`, which is consumed, or to the end of the text when there is none. */
  #scan(stop: string | undefined, rawEscapes: boolean): Scanned {
    if (++this.#depth > MAX_DEPTH) throw new WordFault('word-syntax', `nested deeper than ${MAX_DEPTH} substitutions`)
    const outer = this.#words
    const collector = new SplitCollector()
    outer.forget()
    this.#words = collector
    const parts: string[] = []
    while (this.#at < this.#text.length && this.#text[this.#at] !== stop) {
      const { text, splits } = this.#piece(stop, rawEscapes)
      parts.push(text)
      if (splits) collector.add(text)
      else collector.addRaw(text)
    }
    if (stop !== undefined && this.#at++ >= this.#text.length) throw missing(stop)
    this.#depth--
    this.#words = outer
    return { value: parts.join(''), words: collector.finish() }
  }

  #piece(stop: string | undefined, rawEscapes: boolean): Piece {
    const c = this.#text[this.#at] ?? ''
    if (c === '$') return { text: this.#limited(this.#dollar()), splits: true }
    if (c === this.#escape) return { text: this.#escaped(rawEscapes), splits: false }
    if (c === '<') return { text: this.#less(), splits: false }
    if (this.#options.skipQuotes || (c !== "'" && c !== '"')) return { text: this.#plain(stop), splits: true }
    return { text: c === "'" ? this.#singleQuoted() : this.#doubleQuoted(rawEscapes), splits: false }
  }

  /** Blanks behind `<<` belong to its word, so that the name of a heredoc may stand apart. */
  #less(): string {
    const start = this.#at++
    if (this.#text[this.#at] !== '<') return '<'
    this.#at++
    while (HEREDOC_BLANKS.has(this.#text[this.#at] ?? '')) this.#at++
    return this.#text.slice(start, this.#at)
  }

  /** The run of ordinary characters here. */
  #plain(stop: string | undefined): string {
    const start = this.#at++
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at]
      if (c === stop || c === '$' || c === '<' || c === "'" || c === '"' || c === this.#escape) break
      this.#at++
    }
    return this.#text.slice(start, this.#at)
  }

  /** The escape and the character behind it; nothing at the end of the text. */
  #escaped(rawEscapes: boolean): string {
    const next = this.#text.codePointAt(this.#at + 1)
    const character = next === undefined ? '' : String.fromCodePoint(next)
    this.#at += 1 + character.length
    return rawEscapes ? this.#escape + character : character
  }

  #singleQuoted(): string {
    const close = this.#text.indexOf("'", this.#at + 1)
    if (close < 0) throw unbalanced('single')
    const start = this.#options.rawQuotes ? this.#at : this.#at + 1
    const value = this.#text.slice(start, this.#options.rawQuotes ? close + 1 : close)
    this.#at = close + 1
    return value
  }

  #doubleQuoted(rawEscapes: boolean): string {
    const quote = this.#options.rawQuotes ? '"' : ''
    const parts = [quote]
    this.#at++
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at] ?? ''
      if (c === '"') {
        this.#at++
        return parts.join('') + quote
      }
      if (c === '$') parts.push(this.#limited(this.#dollar()))
      else if (c === this.#escape) parts.push(this.#escapedInQuotes(rawEscapes))
      else parts.push(this.#quotedPlain())
    }
    throw unbalanced('double')
  }

  #quotedPlain(): string {
    const start = this.#at++
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at]
      if (c === '"' || c === '$' || c === this.#escape) break
      this.#at++
    }
    return this.#text.slice(start, this.#at)
  }

  /** Inside double quotes only `"`, `$` and the escape itself can be escaped; before others the escape stays. */
  #escapedInQuotes(rawEscapes: boolean): string {
    const next = this.#text[this.#at + 1] ?? ''
    const raw = rawEscapes ? this.#escape : ''
    if (next === '') {
      this.#at++
      return raw
    }
    const escapes = ESCAPABLE_IN_DOUBLE_QUOTES.has(next) || next === this.#escape
    this.#at += escapes ? 2 : 1
    return raw + (escapes ? next : this.#escape)
  }

  #dollar(): string {
    this.#at++
    if (this.#text[this.#at] === '{') return this.#braces()
    const name = this.#name()
    if (name === '') return '$'
    const value = this.#lookup(name)
    return value ?? (this.#options.keepUnset ? `$${name}` : '')
  }

  #braces(): string {
    this.#at++
    const first = this.#text[this.#at]
    if (first === undefined) throw missing('}')
    if (first === '{' || first === '}' || first === ':') throw badSubstitution()
    const name = this.#name()
    const operator = this.#text[this.#at++]
    switch (operator) {
      case undefined:
        throw missing('}')
      case '}':
        return this.#lookup(name) ?? (this.#options.keepUnset ? `\${${name}}` : '')
      case ':':
        return this.#conditional(name, this.#text[this.#at++], true)
      case '-':
      case '+':
      case '?':
        return this.#conditional(name, operator, false)
      case '#':
      case '%':
        return this.#trimmed(name, operator)
      case '/':
        return this.#replaced(name)
      default:
        throw unsupported(operator)
    }
  }

  /** `-`, `+` and `?`; with a colon an empty value counts as none. */
  #conditional(name: string, operator: string | undefined, colon: boolean): string {
    const sign = `${colon ? ':' : ''}${operator ?? ''}`
    if (operator === undefined) throw missing('}')
    if (operator === '#' || operator === '%') throw unsupported(sign)
    const word = this.#scan('}', false).value
    const value = this.#lookup(name)
    if (value === undefined && this.#options.keepUnset) return `\${${name}${sign}${word}}`
    if (operator !== '-' && operator !== '+' && operator !== '?') throw unsupported(sign)
    const has = value !== undefined && !(colon && value === '')
    if (operator === '-') return has ? value : word
    if (operator === '+') return has ? word : ''
    if (has) return value
    const message = word || `is not allowed to be ${value === undefined ? 'unset' : 'empty'}`
    throw new WordFault('word-required', `${name}: ${message}`, `give ${name} a value with ARG, ENV or --build-arg`)
  }

  #trimmed(name: string, operator: '#' | '%'): string {
    const word = this.#scan('}', true).value
    const value = this.#lookup(name)
    if (value === undefined && this.#options.keepUnset) return `\${${name}${operator}${word}}`
    const longest = word.startsWith(operator)
    const pattern = longest ? word.slice(1) : word
    return (operator === '#' ? trimPrefix : trimSuffix)(value ?? '', pattern, longest)
  }

  #replaced(name: string): string {
    const all = this.#text[this.#at] === '/'
    if (all) this.#at++
    const pattern = this.#scan('/', true).value
    const replacement = this.#scan('}', true).value
    const value = this.#lookup(name)
    if (value === undefined && this.#options.keepUnset) return `\${${name}/${pattern}/${replacement}}`
    return replacePattern(value ?? '', pattern, replacement, all)
  }

  #name(): string {
    const name = readName(this.#text, this.#at)
    this.#at += name.length
    return name
  }

  #lookup(name: string): string | undefined {
    const value = this.#env(name)
    if (value === undefined) this.unmatched.add(name)
    else this.matched.add(name)
    return value
  }

  #limited(value: string): string {
    this.#length += value.length
    if (this.#length > MAX_LENGTH) throw new WordFault('word-syntax', `expands to more than ${MAX_LENGTH} characters`)
    return value
  }
}

function missing(sign: string): WordFault {
  return new WordFault('word-syntax', `syntax error: missing '${sign}'${sign === '/' ? ' of a replacement' : ''}`)
}

function unbalanced(kind: 'single' | 'double'): WordFault {
  const fault = `unexpected end of statement while looking for matching ${kind}-quote`
  return new WordFault('word-syntax', fault, 'a quote that is meant as a character needs an escape before it')
}

function badSubstitution(): WordFault {
  return new WordFault(
    'word-syntax',
    'syntax error: bad substitution',
    'a dollar sign that is meant as one needs an escape before it',
  )
}

function unsupported(operator: string): WordFault {
  return new WordFault('word-syntax', `unsupported modifier (${inMessage(operator)}) in substitution`)
}
