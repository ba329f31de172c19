import type { SourceFile, SourceRange } from '../../base/source.ts'
import { type DockerfileErrorCode, dockerfileError } from '../error.ts'
import type { AstNode, AstWord } from '../syntax/ast.ts'
import { trimSpace } from '../syntax/space.ts'
import type { Flag } from './types.ts'

/** One instruction of the tree, on its way to being a typed one. */
export interface Request {
  readonly node: AstNode
  readonly file: SourceFile
  /** Upper-cased keyword. */
  readonly name: string
}

/** What every instruction has. */
export function commonOf({ node }: Request, flags: readonly Flag[]) {
  return { range: node.range, original: trimSpace(node.original), flags, comments: node.comments }
}

/** The error for this instruction; it points at `range`, or at the instruction as a whole. */
export function refuse(
  { node, file }: Request,
  code: DockerfileErrorCode,
  cause: string,
  more: { readonly range?: SourceRange | undefined; readonly hint?: string | undefined } = {},
): Error {
  return dockerfileError(code, cause, { file, range: more.range ?? node.range }, { hint: more.hint })
}

/** The only argument. Throws when there is none, or more. */
export function onlyArgument(request: Request): AstWord {
  const [first, ...more] = request.node.args
  if (first && more.length === 0) return first
  throw refuse(request, 'dockerfile-arguments', `${request.name} requires exactly one argument`)
}

/** The arguments. Throws when there are none. */
export function someArguments(request: Request): readonly AstWord[] {
  if (request.node.args.length > 0) return request.node.args
  throw refuse(request, 'dockerfile-arguments', `${request.name} requires at least one argument`)
}
