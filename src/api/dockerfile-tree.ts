import { type Ast, formatAst, parseAst } from '../dockerfile/index.ts'
import { readSource } from './check-source.ts'

export interface DockerfileTree {
  /** S-expressions, an instruction a line: `(copy ["--from=0"] "a" "/b")`. */
  readonly text: string
  /** The same with the place of every word, and what stands around it. */
  readonly json: Pick<Ast, 'escape' | 'syntax' | 'check' | 'nodes' | 'warnings'> & { readonly version: 1 }
}

/** The tree of a Dockerfile: of a path, a directory with one, or bytes. Throws `BUILD_NO_DOCKERFILE`, DockerfileErrorCode. */
export function dockerfileTree(dockerfile: string | Uint8Array): DockerfileTree {
  const { bytes, name } = readSource(dockerfile)
  const ast = parseAst(bytes, name)
  const { escape: escapeChar, syntax, check, nodes, warnings } = ast
  return { text: formatAst(ast), json: { version: 1, escape: escapeChar, syntax, check, nodes, warnings } }
}
