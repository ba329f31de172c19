import { inMessage } from '../error.ts'
import type { AstWord } from '../syntax/ast.ts'
import { commandOf } from './command.ts'
import { parseDuration } from './duration.ts'
import { type Flags, givenFlags, readFlags } from './flags.ts'
import { commonOf, type Request, refuse, someArguments } from './request.ts'
import type { Flag, HealthcheckInstruction } from './types.ts'

const FLAGS = {
  interval: 'text',
  timeout: 'text',
  'start-period': 'text',
  'start-interval': 'text',
  retries: 'text',
} as const
const MILLISECOND = 1_000_000
const LARGEST_INT32 = 2 ** 31 - 1

export function parseHealthcheck(request: Request): HealthcheckInstruction {
  const [type, ...command] = someArguments(request)
  const name = type?.value.toUpperCase()
  if (name === 'NONE') return noCheck(request, command)
  const flags = readFlags(request, FLAGS)
  if (name !== 'CMD') throw unknownType(request, type)
  return { kind: 'healthcheck', ...commonOf(request, flags.all), check: readCheck(request, command, flags) }
}

/** BuildKit does not look at the flags of a check that there is not. */
function noCheck(request: Request, command: readonly AstWord[]): HealthcheckInstruction {
  if (command.length > 0) throw refuse(request, 'dockerfile-arguments', 'HEALTHCHECK NONE takes no arguments')
  return { kind: 'healthcheck', ...commonOf(request, givenFlags(request)), check: 'none' }
}

function readCheck(request: Request, command: readonly AstWord[], flags: Flags) {
  if (command.length === 0) throw refuse(request, 'dockerfile-arguments', 'Missing command after HEALTHCHECK CMD')
  return {
    command: commandOf(request.node, command),
    interval: interval(request, flags.one('interval')),
    timeout: interval(request, flags.one('timeout')),
    startPeriod: interval(request, flags.one('start-period')),
    startInterval: interval(request, flags.one('start-interval')),
    retries: retries(request, flags.one('retries')),
  }
}

function unknownType(request: Request, type: AstWord | undefined): Error {
  const cause = `Unknown type "${inMessage(type?.value.toUpperCase() ?? '')}" in HEALTHCHECK (try CMD)`
  return refuse(request, 'dockerfile-arguments', cause, { range: type?.range })
}

/** Nanoseconds; undefined when not given, empty or zero. */
function interval(request: Request, flag: Flag | undefined): number | undefined {
  if (!flag?.value) return undefined
  const duration = parseDuration(flag.value)
  const refuseFlag = (cause: string): Error => refuse(request, 'dockerfile-flag', cause, { range: flag.range })
  if (typeof duration === 'string') throw refuseFlag(`--${flag.name}: ${inMessage(duration)}`)
  if (duration !== 0 && duration < MILLISECOND) throw refuseFlag(`Interval "${flag.name}" cannot be less than 1ms`)
  return duration === 0 ? undefined : duration
}

function retries(request: Request, flag: Flag | undefined): number | undefined {
  if (!flag?.value) return undefined
  const refuseFlag = (cause: string): Error => refuse(request, 'dockerfile-flag', cause, { range: flag.range })
  const count = Number(flag.value)
  if (!/^[+-]?\d+$/.test(flag.value) || Math.abs(count) > LARGEST_INT32)
    throw refuseFlag(`--retries: expected a whole number, got "${inMessage(flag.value)}"`)
  if (count < 0) throw refuseFlag(`--retries cannot be negative (${count})`)
  return count === 0 ? undefined : count
}
