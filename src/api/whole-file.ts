import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { isTareError, messageOf } from '../base/error.ts'
import { printable } from '../base/source.ts'
import { systemErrorWords } from '../base/system-error.ts'
import { apiError } from './errors.ts'

/** Takes bytes in order; a returned promise is awaited before the next ones come. */
export type ByteSink = (chunk: Uint8Array) => void | Promise<void>

/**
 * Hands `write` a sink for the file `path`. A file appears whole or not at all; a device or a pipe stays what it is, and a
 * link leads to the file. Throws `OUTPUT_FAILED` when it cannot be written, and what `write` throws.
 */
export async function writeFileWhole(path: string, write: (sink: ByteSink) => Promise<void>): Promise<void> {
  try {
    const kind = statSync(path, { throwIfNoEntry: false })
    if (kind && !kind.isFile()) await writeInto(createWriteStream(path, { flags: 'r+' }), write)
    else await writeBeside(kind ? realpathSync(path) : path, write)
  } catch (error) {
    throw outputFailed(path, error) ?? error
  }
}

async function writeBeside(path: string, write: (sink: ByteSink) => Promise<void>): Promise<void> {
  const temporary = `${path}.${randomBytes(8).toString('hex')}.part`
  const file = createWriteStream(temporary, { flags: 'wx' })
  try {
    await writeInto(file, write)
    renameSync(temporary, path)
  } catch (error) {
    file.destroy()
    rmSync(temporary, { force: true })
    throw error
  }
}

async function writeInto(file: Writable, write: (sink: ByteSink) => Promise<void>): Promise<void> {
  // Whoever writes next throws it.
  file.on('error', () => undefined)
  await write(chunk => writeChunk(file, chunk))
  file.end()
  await finished(file)
}

/** Rejects with the stream's error, whenever it came. */
export async function writeChunk(stream: Writable, chunk: Uint8Array): Promise<void> {
  if (stream.errored) throw stream.errored
  if (!stream.write(chunk)) await once(stream, 'drain')
}

/** Of a failed system call what could not be written, and of a full disk which one; undefined for anything else. */
export function outputFailed(path: string, error: unknown): Error | undefined {
  const written = isTareError(error, 'TREE_WRITE_FAILED')
  if (isTareError(error) && !written) return undefined
  const errno = written ? error.facts['errno'] : (error as NodeJS.ErrnoException | null)?.code
  const words = systemErrorWords({ code: errno })
  if (words === undefined) return undefined
  const full = errno === 'ENOSPC' || errno === 'EDQUOT'
  const message = written ? messageOf(error) : `writing ${printable(path)}: ${words}`
  return apiError('OUTPUT_FAILED', message, {
    hint: full ? `Make room on the disk of ${printable(path)}, or name another place.` : undefined,
    cause: error,
    facts: { errno, path: written ? error.facts['path'] : path },
  })
}
