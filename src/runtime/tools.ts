import { accessSync, constants } from 'node:fs'
import { TareError } from '../base/error.ts'
import type { RuntimeErrorCode } from './error.ts'

/** Programs are called by absolute path: the sandbox's own environment must not choose them. */
const SYSTEM_DIRECTORIES = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** The absolute path of a program of this machine, undefined when it is not installed. */
export function findTool(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  const directories = [...path.split(':').filter(directory => directory.startsWith('/')), ...SYSTEM_DIRECTORIES]
  return directories.map(directory => `${directory}/${name}`).find(isExecutable)
}

/** The same; throws `SANDBOX_FAILED` when it is not installed. */
export function requireTool(name: string, hint = 'Install coreutils.'): string {
  const path = findTool(name)
  if (path !== undefined) return path
  throw new TareError<RuntimeErrorCode>('SANDBOX_FAILED', `preparing the sandbox: ${name} is not installed`, { hint })
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
