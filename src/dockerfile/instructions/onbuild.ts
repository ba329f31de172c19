import type { AstNode } from '../syntax/ast.ts'
import { readFlags } from './flags.ts'
import { commonOf, type Request, refuse } from './request.ts'
import type { OnbuildInstruction } from './types.ts'

const NEVER_A_TRIGGER = new Set(['FROM', 'MAINTAINER'])

export function parseOnbuild(request: Request): OnbuildInstruction {
  const { node } = request
  const trigger = node.child
  if (!trigger) throw refuse(request, 'dockerfile-arguments', 'ONBUILD requires at least one argument')
  const flags = readFlags(request)
  const name = trigger.keyword.value.toUpperCase()
  const range = trigger.keyword.range
  if (name === 'ONBUILD') {
    const cause = "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"
    throw refuse(request, 'dockerfile-arguments', cause, { range })
  }
  if (NEVER_A_TRIGGER.has(name))
    throw refuse(request, 'dockerfile-arguments', `${name} isn't allowed as an ONBUILD trigger`, { range })
  return { kind: 'onbuild', ...commonOf(request, flags.all), expression: expressionOf(node) }
}

/** What follows the keyword, as one line, its heredocs behind it. */
function expressionOf(node: AstNode): string {
  const trigger = node.original.replace(/^[\t\n\f\r ]*ONBUILD[\t\n\f\r ]*/i, '')
  return [trigger, ...node.heredocs.map(heredoc => heredoc.content + heredoc.name)].join('\n')
}
