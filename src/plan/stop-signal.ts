import { suggest } from '../base/suggest.ts'
import { planError, type SourceSpot } from './plan-error.ts'

const NAMES =
  'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX'
const SIGNALS = new Set(NAMES.split(' '))
const REAL_TIME = /^(?:RTMIN\+(?:[1-9]|1[0-5])|RTMAX-(?:[1-9]|1[0-4]))$/

/** Refuses what no Linux container could be stopped with: names in any case, with or without SIG, and numbers but 0 pass. */
export function checkStopSignal(signal: string, at: SourceSpot): void {
  const name = signal.toUpperCase().replace(/^SIG/, '')
  if (/^[+-]?\d+$/.test(signal) ? Number(signal) !== 0 : SIGNALS.has(name) || REAL_TIME.test(name)) return
  const near = suggest(name, SIGNALS)
  throw planError('PLAN_INVALID', `reading STOPSIGNAL ${signal}: no signal has this name`, at, {
    hint: near === undefined ? undefined : `did you mean SIG${near}?`,
  })
}
