import { existsSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Notes beside a layer directory that there is a device node in it that reaches the machine. */
export function markDevices(fs: string): void {
  writeFileSync(markOf(fs), '')
}

export function holdsDevices(fs: string): boolean {
  return existsSync(markOf(fs))
}

function markOf(fs: string): string {
  return `${dirname(fs)}/devices`
}
