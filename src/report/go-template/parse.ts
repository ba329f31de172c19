import { suggest } from '../../base/suggest.ts'
import { syntaxError } from './errors.ts'
import { isFunction, knownFunctions } from './functions.ts'
import { lexAction, parseNumber, type Token, unquote } from './lex.ts'
import type { Command, Node, Operand, Pipeline } from './nodes.ts'
import { type Piece, splitTemplate } from './split.ts'

const UNSUPPORTED = ['define', 'template', 'block']
const CONTROLS = ['if', 'with', 'range'] as const

/** Text to nodes. Throws `FORMAT_SYNTAX`. */
export function parseNodes(format: string): Node[] {
  const parser = new BlockParser(splitTemplate(format))
  return parser.parseAll(format.length)
}

class BlockParser {
  readonly #pieces: readonly Piece[]
  #next = 0
  #loops = 0

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces
  }

  parseAll(end: number): Node[] {
    const { nodes, closedBy } = this.#parseList(['$'])
    if (closedBy) throw syntaxError(closedBy.offset ?? end, `unexpected {{${closedBy.word}}}`)
    return nodes
  }

  /** Nodes up to `{{end}}` or `{{else ...}}`, which is eaten, or the end of the template. */
  #parseList(scope: string[]): {
    nodes: Node[]
    closedBy?: { word: 'end' | 'else'; offset: number; rest: ActionParser }
  } {
    const nodes: Node[] = []
    const names = [...scope]
    while (true) {
      const piece = this.#pieces[this.#next++]
      if (!piece) return { nodes }
      if (piece.type === 'text') {
        nodes.push({ type: 'text', text: piece.text })
        continue
      }
      const action = new ActionParser(lexAction(piece.text, piece.offset), names)
      const word = action.peek().kind === 'word' ? action.peek().text : ''
      if (word === 'end' || word === 'else') {
        action.take()
        if (word === 'end') action.expectEnd()
        return { nodes, closedBy: { word, offset: piece.offset, rest: action } }
      }
      nodes.push(this.#parseAction(word, action, names, piece))
    }
  }

  #parseAction(word: string, action: ActionParser, names: string[], piece: Piece): Node {
    if (UNSUPPORTED.includes(word)) throw syntaxError(piece.offset, `{{${word}}} is not supported`)
    const control = CONTROLS.find(name => name === word)
    if (control) {
      action.take()
      return this.#parseControl(control, action, names, piece)
    }
    if (word === 'break' || word === 'continue') {
      action.take()
      action.expectEnd()
      if (this.#loops === 0) throw syntaxError(piece.offset, `{{${word}}} outside {{range}}`)
      return { type: word }
    }
    const pipeline = action.parsePipeline('action')
    action.expectEnd()
    names.push(...(pipeline.declares ? pipeline.variables : []))
    return { type: 'action', pipeline }
  }

  #parseControl(type: 'if' | 'with' | 'range', action: ActionParser, names: readonly string[], piece: Piece): Node {
    const pipeline = action.parsePipeline(type)
    action.expectEnd()
    const inner = [...names, ...(pipeline.declares ? pipeline.variables : [])]
    if (type === 'range') this.#loops++
    const body = this.#parseList(inner)
    if (type === 'range') this.#loops--
    if (!body.closedBy) throw syntaxError(piece.offset, `{{${type}}} without {{end}}`)
    if (body.closedBy.word === 'end') return { type, pipeline, body: body.nodes, otherwise: [] }
    return { type, pipeline, body: body.nodes, otherwise: this.#parseElse(type, body.closedBy.rest, inner, piece) }
  }

  #parseElse(type: 'if' | 'with' | 'range', rest: ActionParser, names: string[], piece: Piece): Node[] {
    const chained = rest.peek()
    if (chained.kind === 'word' && chained.text === type && type !== 'range') {
      rest.take()
      return [this.#parseControl(type, new ActionParser(rest.remaining(), names), names, piece)]
    }
    rest.expectEnd()
    const otherwise = this.#parseList(names)
    if (otherwise.closedBy?.word === 'end') return otherwise.nodes
    throw syntaxError(
      otherwise.closedBy?.offset ?? piece.offset,
      otherwise.closedBy ? 'a second {{else}}' : `{{${type}}} without {{end}}`,
    )
  }
}

/** Parses what stands inside one action. `names` are the variables in scope. */
class ActionParser {
  readonly #tokens: readonly Token[]
  readonly #names: readonly string[]
  #at = 0

  constructor(tokens: readonly Token[], names: readonly string[]) {
    this.#tokens = tokens
    this.#names = names
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token
  }

  take(): Token {
    const token = this.peek()
    this.#at++
    return token
  }

  remaining(): readonly Token[] {
    return this.#tokens.slice(this.#at)
  }

  expectEnd(): void {
    const token = this.peek()
    if (token.kind !== 'end') throw syntaxError(token.offset, `unexpected ${JSON.stringify(token.text)}`)
  }

  parsePipeline(context: 'action' | 'if' | 'with' | 'range' | 'parentheses'): Pipeline {
    const { variables, declares } = this.#parseDeclaration(context)
    const commands: Command[] = [this.#parseCommand(false)]
    while (this.#takeSymbol('|')) commands.push(this.#parseCommand(true))
    return { variables, declares, commands }
  }

  #parseDeclaration(context: string): { variables: string[]; declares: boolean } {
    const first = this.peek()
    const pair = context === 'range' && this.#isSymbol(',', 1) && this.peek(2).kind === 'variable'
    const operator = this.peek(pair ? 3 : 1)
    if (first.kind !== 'variable' || operator.kind !== 'symbol' || (operator.text !== ':=' && operator.text !== '=')) {
      return { variables: [], declares: false }
    }
    const variables = pair ? [first.text, this.peek(2).text] : [first.text]
    if (operator.text === '=') for (const name of variables) this.#assertDeclared(name, first)
    this.#at += pair ? 4 : 2
    return { variables, declares: operator.text === ':=' }
  }

  #parseCommand(piped: boolean): Command {
    const first = this.peek()
    if (first.kind === 'word' && isFunction(first.text) && !(this.peek(1).kind === 'field' && !this.peek(1).spaced)) {
      this.take()
      const args: Operand[] = []
      while (this.#startsOperand()) args.push(this.#parseOperand())
      return { type: 'call', name: first.text, args }
    }
    const operand = this.#parseOperand()
    if (first.kind === 'word' && first.text === 'nil') throw syntaxError(first.offset, 'nil is not a command')
    if (piped)
      throw syntaxError(first.offset, `${JSON.stringify(first.text)} is not a function that a value can be piped into`)
    if (this.#startsOperand())
      throw syntaxError(this.peek().offset, `${JSON.stringify(first.text)} is not a function and takes no arguments`)
    return { type: 'operand', operand }
  }

  #startsOperand(): boolean {
    const { kind, text } = this.peek()
    return kind !== 'end' && !(kind === 'symbol' && text !== '(')
  }

  #parseOperand(): Operand {
    const token = this.take()
    const root = this.#parseRoot(token)
    const fields = token.kind === 'field' ? [token.text.slice(1)] : []
    while (this.peek().kind === 'field' && !this.peek().spaced) fields.push(this.take().text.slice(1))
    return { root, fields }
  }

  #parseRoot(token: Token): Operand['root'] {
    if (token.kind === 'dot' || token.kind === 'field') return { type: 'dot' }
    if (token.kind === 'variable') {
      this.#assertDeclared(token.text, token)
      return { type: 'variable', name: token.text }
    }
    if (token.kind === 'string') return { type: 'literal', value: unquote(token) }
    if (token.kind === 'number') return { type: 'literal', value: parseNumber(token) }
    if (token.kind === 'word') return parseWord(token)
    if (token.kind === 'symbol' && token.text === '(') {
      const pipeline = this.parsePipeline('parentheses')
      if (!this.#takeSymbol(')')) throw syntaxError(token.offset, 'unclosed parenthesis')
      return { type: 'pipeline', pipeline }
    }
    throw syntaxError(token.offset, token.kind === 'end' ? 'missing value' : `unexpected ${JSON.stringify(token.text)}`)
  }

  #assertDeclared(name: string, token: Token): void {
    if (!this.#names.includes(name)) throw syntaxError(token.offset, `undefined variable ${name}`)
  }

  #isSymbol(text: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.kind === 'symbol' && token.text === text
  }

  #takeSymbol(text: string): boolean {
    if (!this.#isSymbol(text)) return false
    this.#at++
    return true
  }
}

function parseWord(token: Token): Operand['root'] {
  if (token.text === 'true' || token.text === 'false') return { type: 'literal', value: token.text === 'true' }
  if (token.text === 'nil') return { type: 'literal', value: null }
  if (isFunction(token.text)) return { type: 'function', name: token.text }
  const near = suggest(token.text, knownFunctions())
  const hint = near
    ? `did you mean \`${near}\`?`
    : `fields start with a dot: {{.${token.text}}}; functions are ${knownFunctions().join(', ')}`
  throw syntaxError(token.offset, `unknown function ${JSON.stringify(token.text)}`, hint)
}
