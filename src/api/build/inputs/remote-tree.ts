import { createReadStream, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { GitAddress } from '../../../base/git-address.ts'
import { ContextTree } from '../../../engine/index.ts'
import { filterProgram } from '../../../host/index.ts'
import { extractArchive, openArchive, openOverlayWriter } from '../../../layer/index.ts'
import type { Bytes } from '../../../oci/index.ts'
import type { OnTransfer } from '../../../progress/index.ts'
import type { Workspace } from '../../workspace.ts'
import { cloneRepository, type GitAccess } from '../clone.ts'
import { downloadFile } from '../download.ts'
import { NOTHING_IGNORED } from './ignore-file.ts'

/** What a download is called in its context where it is no archive, as in BuildKit. */
export const DOWNLOADED_NAME = 'context'

/** Where what is fetched is put, and with what it may be reached. */
export interface FetchTools {
  readonly workspace: Workspace
  readonly access: GitAccess
}

/** As in BuildKit no ignore file counts in contexts that are not local. */
export async function gitTree(
  { workspace, access }: FetchTools,
  address: GitAddress,
  signal: AbortSignal,
): Promise<ContextTree> {
  const { directory } = await cloneRepository(workspace, address, access, signal)
  return new ContextTree(directory, NOTHING_IGNORED)
}

export interface DownloadedTree {
  readonly tree: ContextTree
  /** It was no archive: the one file in the tree is DOWNLOADED_NAME. */
  readonly plain: boolean
}

/** An archive's files, else the one file that was downloaded. */
export async function httpTree(
  { workspace, access }: FetchTools,
  url: string,
  onTransfer: OnTransfer,
  signal: AbortSignal,
): Promise<DownloadedTree> {
  const op = { type: 'http', url, name: DOWNLOADED_NAME, checksum: undefined } as const
  const { directory } = await downloadFile(workspace, op, signal, access.env)
  const bytes = createReadStream(join(directory, DOWNLOADED_NAME), { highWaterMark: 1 << 20 })
  const archive = await openArchive(bytes, { filter: filterProgram, signal })
  if (!archive) return { tree: new ContextTree(directory, NOTHING_IGNORED), plain: true }
  const tree = await archiveTree(workspace, archive.tar, onTransfer, signal)
  rmSync(directory, { recursive: true })
  return { tree, plain: false }
}

/** Unpacks into a folder of this process. Names, links and devices as with ADD: nothing ends outside, owners are the archive's. */
export async function archiveTree(
  workspace: Workspace,
  tar: Bytes,
  onTransfer: OnTransfer,
  signal: AbortSignal,
): Promise<ContextTree> {
  const directory = workspace.scratchDirectory()
  const writer = openOverlayWriter({ upper: directory, lower: undefined })
  const mtime = Math.floor(Date.now() / 1000)
  const transfer = new Transfer(onTransfer)
  await extractArchive(transfer.counted(tar), writer, '/', { mtime, signal })
  transfer.done()
  return new ContextTree(directory, NOTHING_IGNORED, { owners: 'kept' })
}

const INTERVAL_MS = 100

/** Tells now and then how much of an archive has been read. */
class Transfer {
  readonly #tell: (bytes: number, done?: boolean) => void
  #bytes = 0

  constructor(onTransfer: OnTransfer) {
    this.#tell = (bytes, done) => onTransfer('context', 'transferring', bytes, undefined, done)
  }

  async *counted(bytes: Bytes): AsyncGenerator<Uint8Array> {
    let due = performance.now() + INTERVAL_MS
    for await (const chunk of bytes) {
      this.#bytes += chunk.length
      const now = performance.now()
      if (now > due) this.#tell(this.#bytes)
      if (now > due) due = now + INTERVAL_MS
      yield chunk
    }
  }

  done(): void {
    this.#tell(this.#bytes, true)
  }
}
