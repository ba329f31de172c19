import type { SourceFile } from '../../base/source.ts'
import { suggest } from '../../base/suggest.ts'
import { dockerfileError, inMessage } from '../error.ts'
import type { AstNode } from '../syntax/ast.ts'
import { INSTRUCTIONS } from '../syntax/instruction-arguments.ts'
import { parseAst } from '../syntax/parse-ast.ts'
import { parseArg } from './arg.ts'
import { parseCommand } from './command.ts'
import { parseCopy } from './copy.ts'
import { parseFrom } from './from.ts'
import { parseHealthcheck } from './healthcheck.ts'
import { parseExpose, parseVolume } from './list.ts'
import { parseOnbuild } from './onbuild.ts'
import { parseEnv, parseLabel } from './pairs.ts'
import { type Request, refuse } from './request.ts'
import { parseRun } from './run.ts'
import { parseShell } from './shell.ts'
import { parseMaintainer, parseStopsignal, parseUser, parseWorkdir } from './single-argument.ts'
import type { FromInstruction, Instruction } from './types.ts'

const PARSERS: ReadonlyMap<string, (request: Request) => Instruction | FromInstruction> = new Map<
  string,
  (request: Request) => Instruction | FromInstruction
>([
  ['ADD', request => parseCopy(request, 'add')],
  ['ARG', parseArg],
  ['CMD', request => parseCommand(request, 'cmd')],
  ['COPY', request => parseCopy(request, 'copy')],
  ['ENTRYPOINT', request => parseCommand(request, 'entrypoint')],
  ['ENV', parseEnv],
  ['EXPOSE', parseExpose],
  ['FROM', parseFrom],
  ['HEALTHCHECK', parseHealthcheck],
  ['LABEL', parseLabel],
  ['MAINTAINER', parseMaintainer],
  ['ONBUILD', parseOnbuild],
  ['RUN', parseRun],
  ['SHELL', parseShell],
  ['STOPSIGNAL', parseStopsignal],
  ['USER', parseUser],
  ['VOLUME', parseVolume],
  ['WORKDIR', parseWorkdir],
])

/** The typed form of a tree's instruction. Throws TareError<DockerfileErrorCode>. */
export function parseNode(node: AstNode, file: SourceFile): Instruction | FromInstruction {
  const request: Request = { node, file, name: node.keyword.value.toUpperCase() }
  const parse = PARSERS.get(request.name)
  if (!parse) throw unknownInstruction(request)
  return parse(request)
}

/**
 * One instruction on its own: an ONBUILD trigger from a base image's config (`name` says which, for messages).
 * FROM, ONBUILD and MAINTAINER are refused, as BuildKit refuses them there.
 */
export function parseInstruction(text: string, name = 'ONBUILD trigger'): Instruction {
  const { nodes, file } = parseAst(text, name)
  const [node, second] = nodes
  const whole = { file, range: { startLine: 1, endLine: file.lines.length } }
  if (!node || second)
    throw dockerfileError('dockerfile-arguments', 'onbuild trigger should be a single expression', whole)
  const instruction = parseNode(node, file)
  if (instruction.kind !== 'from' && instruction.kind !== 'onbuild' && instruction.kind !== 'maintainer')
    return instruction
  throw dockerfileError(
    'dockerfile-arguments',
    `${instruction.kind.toUpperCase()} isn't allowed as an ONBUILD trigger`,
    whole,
  )
}

function unknownInstruction(request: Request): Error {
  const { value, range } = request.node.keyword
  const meant = value === '' ? undefined : suggest(value.slice(0, 40), INSTRUCTIONS.keys())
  const cause = `unknown instruction: ${inMessage(value)}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`
  const hint =
    value === ''
      ? 'a continuation character at the end of a line needs a line that goes on'
      : meant === undefined
        ? 'a command over several lines needs a continuation character at the end of each'
        : undefined
  return refuse(request, 'dockerfile-unknown-instruction', cause, { range, hint })
}
