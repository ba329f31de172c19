import { constants } from 'node:os'
import type { ExitStatus } from './sandbox.ts'

const SIGNAL_NAMES = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]))

/** What a child's end means to the user. A runtime reports its process's death by signal n as exit code 128 + n. */
export function exitStatus(code: number | null, signal: NodeJS.Signals | null): ExitStatus {
  if (signal !== null) return { code: 128 + constants.signals[signal], signal }
  const status = code ?? 255
  const name = SIGNAL_NAMES.get(status - 128)
  return name === undefined ? { code: status } : { code: status, signal: name }
}
