import { errnoOf, isTareError, TareError } from '../base/error.ts'
import { systemError } from '../base/system-error.ts'
import { findRoot } from '../store/index.ts'
import type { WorkspaceOptions } from './workspace.ts'

/** An error for users: of a failed system call it says what failed, of a full disk what to do. Others stay as they are. */
export function explainError(error: unknown, options: WorkspaceOptions = {}): unknown {
  const explained = systemError(error) ?? error
  if (!isTareError(explained) || explained.hint !== undefined || !meansFullDisk(explained)) return explained
  const { code, message, cause, facts, at } = explained
  return new TareError(code, message, { cause, facts, at, hint: fullDiskHint(findRoot(options)) })
}

function meansFullDisk({ facts, cause }: TareError): boolean {
  return [facts['errno'], errnoOf(cause)].some(errno => errno === 'ENOSPC' || errno === 'EDQUOT')
}

function fullDiskHint(root: string): string {
  return `Make room on the disk of ${root}, for instance with \`tare system prune\`, or point $TARE_ROOT elsewhere.`
}
