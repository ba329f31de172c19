import type { Ast, AstNode } from './ast.ts'
import { trimSpace } from './space.ts'

/** The tree as s-expressions, one instruction a line: `(copy ["--from=0"] "a" "/b")`. */
export function formatAst(ast: Ast): string {
  return ast.nodes.map(node => `(${trimSpace(formatNode(node))})\n`).join('')
}

function formatNode(node: AstNode): string {
  const parts = [node.keyword.value.toLowerCase()]
  if (node.flags.length > 0) parts.push(`[${node.flags.map(flag => quote(flag.value)).join(' ')}]`)
  if (node.child) parts.push(`(${formatNode(node.child)})`)
  for (const arg of node.args) parts.push(quote(arg.value))
  return parts.join(' ')
}

const SHORT = new Map([
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
  ['"', '\\"'],
])
const PRINTABLE = /^[ \p{L}\p{M}\p{N}\p{P}\p{S}]$/u

/** Go's strconv.Quote. */
function quote(text: string): string {
  let quoted = '"'
  for (const c of text) quoted += SHORT.get(c) ?? (PRINTABLE.test(c) ? c : escaped(c.codePointAt(0) ?? 0))
  return `${quoted}"`
}

function escaped(codePoint: number): string {
  if (codePoint < 0x20 || codePoint === 0x7f) return `\\x${hex(codePoint, 2)}`
  if (codePoint >= 0xdc80 && codePoint <= 0xdcff) return `\\x${hex(codePoint - 0xdc00, 2)}`
  return codePoint > 0xffff ? `\\U${hex(codePoint, 8)}` : `\\u${hex(codePoint, 4)}`
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}
