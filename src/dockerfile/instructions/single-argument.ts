import { givenFlags, readFlags } from './flags.ts'
import { commonOf, onlyArgument, type Request } from './request.ts'
import type { MaintainerInstruction, StopsignalInstruction, UserInstruction, WorkdirInstruction } from './types.ts'

/** These take the rest of their line, blanks included, as one argument. */

export function parseWorkdir(request: Request): WorkdirInstruction {
  const { argument, common } = read(request)
  return { kind: 'workdir', ...common, path: argument }
}

export function parseUser(request: Request): UserInstruction {
  const { argument, common } = read(request)
  return { kind: 'user', ...common, user: argument }
}

/** BuildKit takes any flag here, and none of them means anything. */
export function parseStopsignal(request: Request): StopsignalInstruction {
  const signal = onlyArgument(request).value
  return { kind: 'stopsignal', ...commonOf(request, givenFlags(request)), signal }
}

export function parseMaintainer(request: Request): MaintainerInstruction {
  const { argument, common } = read(request)
  return { kind: 'maintainer', ...common, name: argument }
}

function read(request: Request) {
  const argument = onlyArgument(request).value
  return { argument, common: commonOf(request, readFlags(request).all) }
}
