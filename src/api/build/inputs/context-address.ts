import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { type GitAddress, parseGitAddress } from '../../../base/git-address.ts'
import { apiError } from '../../errors.ts'

/** Where files of a context come from. */
export type ContextAddress =
  | { readonly kind: 'directory'; readonly directory: string }
  | { readonly kind: 'git'; readonly address: GitAddress }
  | { readonly kind: 'http'; readonly url: string }

/** What a context's text means: a directory that is there before everything else. Throws `BUILD_NO_CONTEXT`, `GIT_ADDRESS_INVALID`. */
export function contextAddress(text: string): ContextAddress {
  const stat = text === '' ? undefined : statSync(text, { throwIfNoEntry: false })
  if (stat?.isDirectory()) return { kind: 'directory', directory: resolve(text) }
  const remote = remoteAddress(text)
  if (remote) return remote
  const reason = stat ? 'not a directory' : 'no such file or directory'
  throw apiError('BUILD_NO_CONTEXT', `unable to prepare context: path ${JSON.stringify(text)}: ${reason}`, {
    hint: 'The last argument is the directory with the files to build from, often a dot.',
    facts: { path: text },
  })
}

/** Undefined for what can only be a path. */
export function remoteAddress(text: string): Exclude<ContextAddress, { kind: 'directory' }> | undefined {
  const address = parseGitAddress(text)
  if (address) return { kind: 'git', address }
  return isHttpUrl(text) ? { kind: 'http', url: text } : undefined
}

export function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text)
}
