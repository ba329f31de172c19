import { givenFlags } from './flags.ts'
import { commonOf, type Request, refuse, someArguments } from './request.ts'
import type { ArgInstruction } from './types.ts'

/** BuildKit takes any flag here, and none of them means anything. */
export function parseArg(request: Request): ArgInstruction {
  const words = someArguments(request)
  const args = words.map(({ value: word, range }) => {
    const equals = word.indexOf('=')
    if (equals === 0) throw refuse(request, 'dockerfile-arguments', 'ARG names can not be blank', { range })
    return equals < 0 ? { key: word, value: undefined } : { key: word.slice(0, equals), value: word.slice(equals + 1) }
  })
  return { kind: 'arg', ...commonOf(request, givenFlags(request)), args }
}
