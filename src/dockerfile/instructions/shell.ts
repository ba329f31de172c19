import { readFlags } from './flags.ts'
import { commonOf, type Request, refuse, someArguments } from './request.ts'
import type { ShellInstruction } from './types.ts'

export function parseShell(request: Request): ShellInstruction {
  const flags = readFlags(request)
  const shell = someArguments(request).map(word => word.value)
  if (request.node.json) return { kind: 'shell', ...commonOf(request, flags.all), shell }
  const hint = 'for instance SHELL ["/bin/bash", "-c"]'
  throw refuse(request, 'dockerfile-arguments', 'SHELL requires the arguments to be in JSON form', { hint })
}
