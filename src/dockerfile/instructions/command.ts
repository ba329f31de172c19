import type { AstNode, AstWord } from '../syntax/ast.ts'
import { readFlags } from './flags.ts'
import { commonOf, type Request } from './request.ts'
import type { CmdInstruction, Command } from './types.ts'

/** CMD and ENTRYPOINT. */
export function parseCommand(request: Request, kind: 'cmd' | 'entrypoint'): CmdInstruction {
  const flags = readFlags(request)
  return { kind, ...commonOf(request, flags.all), command: commandOf(request.node) }
}

/** The exec form when the arguments are JSON, the shell form otherwise. */
export function commandOf(node: AstNode, args: readonly AstWord[] = node.args): Command {
  const words = args.map(arg => arg.value)
  return node.json ? { form: 'exec', args: words } : { form: 'shell', text: words.join(' ') }
}
