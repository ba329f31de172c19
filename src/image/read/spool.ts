import { randomBytes } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, TareError } from '../../base/error.ts'
import { type DecompressOptions, decompress, detectCompression } from '../../layer/index.ts'
import type { Bytes } from '../../oci/index.ts'
import type { ImageErrorCode } from '../errors.ts'
import { readRange } from './file-bytes.ts'

export interface SpoolOptions extends DecompressOptions {
  readonly directory: string
}

const MAGIC = 6

/** An archive file as a plain tar that can be read at any place: itself, or uncompressed into a spool file. Closes `file` in the latter case and on failure. */
export async function openPlain(file: FileHandle, options: SpoolOptions): Promise<FileHandle> {
  try {
    const { size } = await file.stat()
    const { buffer } = await file.read(Buffer.alloc(MAGIC), 0, MAGIC, 0)
    if (detectCompression(buffer) === 'none') return file
    const plain = await spool(readRange(file, 0, size, options.signal), options)
    await file.close()
    return plain
  } catch (error) {
    await file.close()
    throw error
  }
}

/** Writes a stream, uncompressed, into a temporary file that has no name any more. */
export async function spool(bytes: Bytes, options: SpoolOptions): Promise<FileHandle> {
  const file = await openNameless(options.directory)
  try {
    let position = 0
    for await (const chunk of decompress(bytes, options)) {
      await writeAll(file, chunk, position)
      position += chunk.length
    }
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

async function openNameless(directory: string): Promise<FileHandle> {
  const path = join(directory, `spool-${randomBytes(8).toString('hex')}`)
  try {
    const file = await open(path, 'wx+', 0o600)
    await unlink(path)
    return file
  } catch (error) {
    const message = `spooling archive into ${directory}: ${messageOf(error)}`
    throw new TareError<ImageErrorCode>('ARCHIVE_SPOOL_FAILED', message, { cause: error })
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, done, chunk.length - done, position + done)
    done += bytesWritten
  }
}
