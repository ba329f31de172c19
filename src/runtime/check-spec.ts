import { TareError } from '../base/error.ts'
import { printable } from '../base/source.ts'
import type { RuntimeErrorCode } from './error.ts'
import type { ExecSpec, SandboxMount } from './sandbox.ts'

/**
 * Refuses what cannot be carried out as it is written. Below /proc a working directory may be a descriptor of the
 * runtime's own, which leads out of the root (CVE-2024-21626). The runtime-spec is JSON, so that BuildKit too takes
 * arguments and variables only as valid UTF-8.
 */
export function assertRunnable(spec: ExecSpec): void {
  if (spec.cwd.startsWith('/proc/')) throw refused(`entering ${printable(spec.cwd)}: it lies in /proc`)
  for (const path of spec.mounts.flatMap(pathsOf))
    if (!path.isWellFormed() || path.includes('\0'))
      throw refused(`mounting ${JSON.stringify(path)}: it is not valid UTF-8`)
  for (const pair of spec.secretEnv ?? []) {
    const name = pair.slice(0, pair.indexOf('='))
    if (!pair.isWellFormed() || pair.includes('\0'))
      throw refused(`passing a secret as variable ${printable(name)}: it is not text, which a variable has to be`)
  }
  for (const text of [spec.cwd, spec.hostname, ...spec.args, ...spec.env]) {
    if (!text.isWellFormed()) throw refused(`passing ${JSON.stringify(text)} to a process: it is not valid UTF-8`)
    if (text.includes('\0')) throw refused(`passing ${JSON.stringify(text)} to a process: it holds a NUL byte`)
  }
}

function pathsOf(mount: SandboxMount): string[] {
  if (mount.type === 'bind') return [mount.destination, mount.source]
  return mount.type === 'tree' ? [mount.destination, mount.path] : [mount.destination]
}

function refused(message: string): TareError<RuntimeErrorCode> {
  return new TareError<RuntimeErrorCode>('SANDBOX_FAILED', message)
}
