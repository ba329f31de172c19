import type { SourceFile } from '../../base/source.ts'
import { dockerfileError } from '../error.ts'
import type { Ast, AstNode, AstWord, DockerfileWarning } from './ast.ts'
import { DirectiveReader, detectDirective, detectSyntax, escapeOf } from './directives.ts'
import { splitFlags } from './flags.ts'
import { readHeredocs } from './heredoc.ts'
import {
  type ArgumentForm,
  type Arguments,
  type ArgumentText,
  INSTRUCTIONS,
  readArguments,
} from './instruction-arguments.ts'
import { joinLines, type LogicalLine } from './logical-line.ts'
import { SourceLines } from './source-lines.ts'
import { endOfText, isBlank, skipSpace, trimSpace } from './space.ts'

/** How deep ONBUILD may stand in ONBUILD in the tree; one is all that is ever accepted. */
const MAX_NESTING = 8

/** A Dockerfile's tree. Throws TareError<DockerfileErrorCode>; unknown instructions are for the next pass to refuse. */
export function parseAst(source: Uint8Array | string, name = 'Dockerfile'): Ast {
  const reader = new AstReader(source, name)
  const nodes = [...reader.nodes()]
  return reader.finish(nodes)
}

/** Reads a Dockerfile one instruction at a time, so that of two faults the upper one is reported. */
export class AstReader {
  readonly file: SourceFile
  readonly warnings: DockerfileWarning[] = []
  readonly #lines: SourceLines
  #escape: '\\' | '`' = '\\'
  #comments: string[] = []

  constructor(source: Uint8Array | string, name: string) {
    this.#lines = new SourceLines(source, name)
    this.file = this.#lines.file
  }

  get escape(): '\\' | '`' {
    return this.#escape
  }

  *nodes(): Generator<AstNode> {
    if (this.#lines.empty) throw this.#empty('the Dockerfile cannot be empty')
    const directives = new DirectiveReader(this.file)
    let found = false
    for (let first = this.#lines.next(); first !== undefined; first = this.#lines.next()) {
      const start = skipSpace(first)
      if (this.#readDirective(first.slice(start), directives)) continue
      if (first[start] === '#') this.#addComment(first)
      else if (start < first.length) {
        yield this.#readNode(first)
        found = true
      }
    }
    if (!found) throw this.#empty('file with no instructions')
  }

  finish(nodes: readonly AstNode[]): Ast {
    const { file, escape: escapeChar, warnings } = this
    const syntax = detectSyntax(file)
    return { file, escape: escapeChar, syntax, check: detectDirective('check', file), nodes, warnings }
  }

  #readDirective(line: string, directives: DirectiveReader): boolean {
    const directive = directives.done ? undefined : directives.read(line, this.#lines.line)
    if (directive?.name === 'escape') this.#escape = escapeOf(directive, this.file)
    return directive !== undefined
  }

  /** Of an indented comment the sign stays, as in BuildKit: it describes no stage and no argument. */
  #addComment(line: string): void {
    const comment = trimSpace(line.slice(1))
    if (comment === '') this.#comments = []
    else this.#comments.push(comment)
  }

  #readNode(first: string): AstNode {
    const line = joinLines(first, this.#lines, this.#escape)
    if (line.hasEmptyContinuation) this.#warn(line)
    const node = readNode(line, 0, this.file, this.#escape, 0)
    const heredocs = takesHeredocs(node.child ?? node) ? readHeredocs(line, this.#lines) : []
    const range = { startLine: line.startLine, endLine: this.#lines.line }
    const comments = this.#comments
    this.#comments = []
    return { ...node, heredocs, range, comments }
  }

  #warn(line: LogicalLine): void {
    const range = { startLine: line.startLine, endLine: line.endLine }
    this.warnings.push({ code: 'empty-continuation', message: `Empty continuation line found in: ${line.text}`, range })
  }

  #empty(cause: string): Error {
    const hint = 'a Dockerfile starts with FROM, for instance FROM scratch'
    return dockerfileError('dockerfile-empty', cause, { file: this.file, range: this.#lines.lastLine }, { hint })
  }
}

function takesHeredocs(node: AstNode): boolean {
  return !node.json && ['RUN', 'COPY', 'ADD'].includes(node.keyword.value.toUpperCase())
}

/** The instruction that starts at `from` of a joined line; for ONBUILD with its trigger. */
function readNode(line: LogicalLine, from: number, file: SourceFile, escapeChar: string, nesting: number): AstNode {
  const text = line.text.slice(0, endOfText(line.text, from))
  const start = skipSpace(text, from)
  let end = start
  while (end < text.length && !isBlank(text.charCodeAt(end))) end++
  const keyword: AstWord = { value: text.slice(start, end), range: line.locate(start, end) }
  const { flags, rest } = splitFlags(text, end, escapeChar)
  const form = INSTRUCTIONS.get(keyword.value.toUpperCase())
  const source = { text, start: rest, line, file, escapeChar, keyword: keyword.value.toUpperCase() }
  const nests = form === 'instruction' && rest < text.length && nesting < MAX_NESTING
  const child = nests ? readNode(line, rest, file, escapeChar, nesting + 1) : undefined
  return {
    keyword,
    original: nesting === 0 ? line.text : text.slice(start),
    flags: flags.map(flag => ({ value: flag.value, range: line.locate(flag.start, flag.end) })),
    ...argumentsOf(form, source),
    child,
    heredocs: [],
    range: { startLine: line.startLine, endLine: line.endLine },
    comments: [],
  }
}

/** Those of an unknown instruction are not read; in their stead stands one empty word, as in BuildKit's tree. */
function argumentsOf(form: ArgumentForm | undefined, source: ArgumentText): Arguments {
  if (form === 'instruction') return { args: [], json: false }
  if (form !== undefined) return readArguments(form, source)
  const { start, line } = source
  return { args: [{ value: '', range: line.locate(start, start) }], json: false }
}
