import { createWriteStream, utimesSync } from 'node:fs'
import { join } from 'node:path'
import type { Validated } from '../../cache/index.ts'
import type { FetchedFile } from '../../engine/index.ts'
import type { HttpOp } from '../../plan/index.ts'
import type { Environment, Workspace } from '../workspace.ts'
import { networkOf } from './network.ts'

export type DownloadedFile = Extract<FetchedFile, { readonly unchanged: false }>

/**
 * ADD of a URL: mode 600 and the server's Last-Modified, as docker build has it; the checksum is compared when one is
 * given.
 * @param env the caller's environment, and the build's proxy arguments where there are any
 */
export async function downloadFile(
  workspace: Workspace,
  op: HttpOp,
  signal: AbortSignal,
  env: Environment = workspace.env,
): Promise<DownloadedFile> {
  const file = await downloadUnlessKnown(workspace, op, undefined, signal, env)
  if (file.unchanged) throw new Error('a download without a condition gave no file')
  return file
}

/** The same, but nothing is downloaded where the server says that it is still the file that is known. */
export async function downloadUnlessKnown(
  workspace: Workspace,
  op: HttpOp,
  known: Validated | undefined,
  signal: AbortSignal,
  env: Environment = workspace.env,
): Promise<FetchedFile> {
  const { download } = await import('../../source/index.ts')
  const directory = workspace.scratchDirectory()
  const path = join(directory, op.name)
  const fetched = await download(op.url, {
    sink: () => createWriteStream(path, { flags: 'wx', mode: 0o600 }),
    checksum: op.checksum,
    knownEtag: known?.etag,
    network: await networkOf(env),
    userAgent: 'tare',
    signal,
  })
  if (fetched.unchanged) return fetched
  const { digest, etag, lastModifiedMs } = fetched
  // A server that does not say gives 1970, as in BuildKit: the same bytes make the same layer.
  const seconds = Math.floor((lastModifiedMs ?? 0) / 1000)
  utimesSync(path, seconds, seconds)
  return { unchanged: false, directory, name: op.name, digest, etag }
}
