import { goEscape, goQuote } from '../base/go-quote.ts'
import type { Command } from '../dockerfile/index.ts'
import type { HealthConfig } from '../oci/index.ts'

/**
 * `created_by` texts are Go values printed with %v and %q by BuildKit; images compare equal only if ours read the same.
 */
export const HISTORY_COMMENT = 'buildkit.dockerfile.v0'

/** Go's %q of an integer: the character with that number, `'\x03'`. */
function quoteGoRune(value: number): string {
  const valid = Number.isInteger(value) && value >= 0 && value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff)
  return `'${goEscape(valid ? String.fromCodePoint(value) : '\ufffd', "'")}'`
}

/** Go's %q of a list of strings: `["a" "b"]`. */
export function quoteGoList(list: readonly string[]): string {
  return `[${list.map(goQuote).join(' ')}]`
}

/** Go's %v of a list of strings: `[a b]`. */
export function formatGoList(list: readonly string[]): string {
  return `[${list.join(' ')}]`
}

/** Nanoseconds as Go prints a duration: `0s`, `1.5s`, `500ms`, `1m30s`, `2h0m0s`. */
function formatGoDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s'
  if (nanoseconds < 1e3) return `${nanoseconds}ns`
  if (nanoseconds < 1e6) return `${nanoseconds / 1e3}µs`
  if (nanoseconds < 1e9) return `${nanoseconds / 1e6}ms`
  const total = Math.floor(nanoseconds / 1e9)
  const seconds = (total % 60) + (nanoseconds % 1e9) / 1e9
  const minutes = Math.floor(total / 60) % 60
  const hours = Math.floor(total / 3600)
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`
}

export function healthcheckText(check: HealthConfig): string {
  const times = [check.Interval, check.Timeout, check.StartPeriod, check.StartInterval]
  const durations = times.map(time => `"${formatGoDuration(time ?? 0)}"`).join(' ')
  return `HEALTHCHECK &{${quoteGoList(check.Test ?? [])} ${durations} ${quoteGoRune(check.Retries ?? 0)}}`
}

/** `RUN |1 FOO=bar /bin/sh -c go build # buildkit`: declared arguments with the values that the step sees. */
export function runText(args: readonly string[], declared: ReadonlyMap<string, string>): string {
  const values = [...declared].map(([name, value]) => `${name}=${value}`)
  const prefix = values.length === 0 ? [] : [`|${values.length}`, ...values]
  return `RUN ${[...prefix, ...args].join(' ')} # buildkit`
}

/** A shell-form command under SHELL, an exec-form one as it is. */
export function argvOf(command: Command, shell: readonly string[]): string[] {
  return command.form === 'shell' ? [...shell, command.text] : [...command.args]
}
