import type { SourceFile } from '../../base/source.ts'
import { dockerfileError, inMessage } from '../error.ts'
import type { AstNode } from '../syntax/ast.ts'
import { type DetectedDirective, detectSyntax } from '../syntax/directives.ts'
import { AstReader } from '../syntax/parse-ast.ts'
import { parseNode } from './parse-instruction.ts'
import type { ArgInstruction, Dockerfile, FromInstruction, Instruction, Stage } from './types.ts'

/** Docker's own frontends, whatever their tag: Tare speaks their language. */
const DOCKERS_FRONTEND = /^(?:(?:index\.)?docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@].*)?$/

/**
 * A Dockerfile's stages with their instructions, words as written. Takes lossless text (base/text.ts) or bytes.
 * Throws TareError<DockerfileErrorCode> with `at`; of several faults the uppermost is reported.
 */
export function parseDockerfile(source: Uint8Array | string, name = 'Dockerfile'): Dockerfile {
  const reader = new AstReader(source, name)
  checkFrontend(detectSyntax(reader.file), reader.file)
  const nodes: AstNode[] = []
  const { metaArgs, stages } = collectStages(kept(reader.nodes(), nodes), reader.file)
  const ast = reader.finish(nodes)
  return {
    file: ast.file,
    escape: ast.escape,
    syntax: ast.syntax,
    check: ast.check,
    ast,
    metaArgs,
    stages,
  }
}

/** Of two faults, one of reading and one of an instruction, the upper one is found first. */
function* kept(nodes: Iterable<AstNode>, all: AstNode[]): Generator<AstNode> {
  for (const node of nodes) {
    all.push(node)
    yield node
  }
}

interface OpenStage {
  readonly from: FromInstruction
  readonly instructions: Instruction[]
}

function collectStages(nodes: Iterable<AstNode>, file: SourceFile): { metaArgs: ArgInstruction[]; stages: Stage[] } {
  const metaArgs: ArgInstruction[] = []
  const stages: OpenStage[] = []
  for (const node of nodes) {
    const instruction = parseNode(node, file)
    const stage = stages.at(-1)
    if (instruction.kind === 'from') stages.push({ from: instruction, instructions: [] })
    else if (stage) stage.instructions.push(instruction)
    else if (instruction.kind === 'arg') metaArgs.push(instruction)
    else throw noStage(instruction, file)
  }
  if (stages.length === 0) throw noStages(file)
  return {
    metaArgs,
    stages: stages.map(({ from, instructions }, index) => ({ index, name: from.as, from, instructions })),
  }
}

function noStage({ kind, range }: Instruction, file: SourceFile): Error {
  const hint = `only ARG may stand before the first FROM; move ${kind.toUpperCase()} below it`
  return dockerfileError('dockerfile-no-stage', 'no build stage in current context', { file, range }, { hint })
}

function noStages(file: SourceFile): Error {
  const range = { startLine: file.lines.length, endLine: file.lines.length }
  return dockerfileError('dockerfile-empty', 'dockerfile contains no stages to build', { file, range })
}

function checkFrontend(syntax: DetectedDirective | undefined, file: SourceFile): void {
  if (!syntax || DOCKERS_FRONTEND.test(syntax.value)) return
  const cause = `unsupported frontend "${inMessage(syntax.value)}"`
  const hint =
    'Tare reads Dockerfiles itself and runs no frontend images: use docker/dockerfile:1 or leave the line out'
  throw dockerfileError('dockerfile-frontend', cause, { file, range: syntax.range }, { hint })
}
