import { createWriteStream, mkdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import type { FetchedFile } from '../../engine/index.ts'
import type { HttpOp } from '../../plan/index.ts'
import type { Workspace } from '../workspace.ts'

/** ADD of a URL: mode 600 and the server's Last-Modified, as docker build has it; the checksum is compared when one is given. */
export async function downloadFile(workspace: Workspace, op: HttpOp, signal: AbortSignal): Promise<FetchedFile> {
  const { download } = await import('../../source/index.ts')
  const directory = workspace.scratchDirectory()
  const path = join(directory, op.name)
  mkdirSync(directory, { recursive: true })
  const { lastModifiedMs } = await download(op.url, {
    sink: () => createWriteStream(path, { flags: 'wx', mode: 0o600 }),
    checksum: op.checksum,
    userAgent: 'tare',
    signal,
  })
  // A server that does not say gives 1970, as in BuildKit: the same bytes make the same layer.
  const seconds = Math.floor((lastModifiedMs ?? 0) / 1000)
  utimesSync(path, seconds, seconds)
  return { directory, name: op.name }
}
