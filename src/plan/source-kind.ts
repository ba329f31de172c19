import { type GitAddress, parseGitAddress } from '../base/git-address.ts'

/** What ADD fetches instead of copying. */
export type RemoteSource =
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'git'; readonly address: GitAddress }

/**
 * Undefined for files of the context, which `github.com/...` is the name of here. Throws `GIT_ADDRESS_INVALID`.
 */
export function remoteSourceOf(source: string): RemoteSource | undefined {
  const address = parseGitAddress(source)
  if (address !== undefined && !address.looksLocal) return { kind: 'git', address }
  return /^https?:\/\//i.test(source) ? { kind: 'http', url: source } : undefined
}
