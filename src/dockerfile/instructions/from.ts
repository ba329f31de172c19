import { inMessage } from '../error.ts'
import type { AstWord } from '../syntax/ast.ts'
import { readFlags } from './flags.ts'
import { commonOf, type Request, refuse } from './request.ts'
import type { FromInstruction } from './types.ts'

const STAGE_NAME = /^[a-z][a-z0-9\-_.]*$/

/** `FROM [--platform=P] IMAGE [AS NAME]`. */
export function parseFrom(request: Request): FromInstruction {
  const [image, as, name, ...more] = request.node.args
  const named = as?.value.toLowerCase() === 'as' && name !== undefined && more.length === 0
  if (!image || (as && !named)) throw wrongArguments(request, as)
  const stage = named ? stageName(request, name) : undefined
  const flags = readFlags(request, { platform: 'text' })
  return {
    kind: 'from',
    ...commonOf(request, flags.all),
    image: image.value,
    as: stage,
    platform: flags.text('platform'),
    imageRange: image.range,
  }
}

function wrongArguments(request: Request, second: AstWord | undefined): Error {
  const hint = second ? 'FROM image AS name; a comment needs a line of its own' : 'FROM scratch starts from nothing'
  return refuse(request, 'dockerfile-arguments', 'FROM requires either one or three arguments', { hint })
}

function stageName(request: Request, { value, range }: AstWord): string {
  const name = value.toLowerCase()
  if (STAGE_NAME.test(name)) return name
  const why = "name can't start with a number or contain symbols"
  const cause = `invalid name for build stage: "${inMessage(value)}", ${why}`
  throw refuse(request, 'dockerfile-stage-name', cause, { range })
}
