import type { GitAddress } from '../base/git-address.ts'
import type { CopyInstruction } from '../dockerfile/index.ts'
import { planError, type SourceSpot } from './plan-error.ts'

/** The address together with the flags of its ADD, which may say the same but nothing else. */
export function withFlags(
  address: GitAddress,
  { keepGitDir }: CopyInstruction,
  checksum: string | undefined,
  at: SourceSpot,
): GitAddress {
  if (keepGitDir !== undefined && address.keepGitDir !== undefined && keepGitDir !== address.keepGitDir)
    throw planError('PLAN_INVALID', `adding ${address.url}: --keep-git-dir and the address contradict each other`, at)
  if (checksum !== undefined && !/^[0-9a-f]+$/.test(checksum))
    throw planError('PLAN_INVALID', `adding ${address.url}: expected a commit hash, got --checksum=${checksum}`, at)
  if (checksum !== undefined && address.checksum !== undefined && checksum !== address.checksum)
    throw planError('PLAN_INVALID', `adding ${address.url}: --checksum and the address contradict each other`, at)
  return {
    ...address,
    keepGitDir: keepGitDir ?? address.keepGitDir,
    checksum: checksum ?? address.checksum,
  }
}
