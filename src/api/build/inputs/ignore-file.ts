import { basename, join } from 'node:path'
import { errnoOf, messageOf } from '../../../base/error.ts'
import { printable } from '../../../base/source.ts'
import { systemErrorWords } from '../../../base/system-error.ts'
import { type IgnoreMatcher, parseIgnore } from '../../../dockerfile/index.ts'
import { apiError } from '../../errors.ts'
import { readRegularFile } from './read-regular-file.ts'

export const NOTHING_IGNORED = parseIgnore('')

/** An ignore file in force. */
export interface FoundIgnore {
  readonly matcher: IgnoreMatcher
  /** Its name without folders; undefined where there is none. */
  readonly name: string | undefined
}

export function readIgnore(directory: string, dockerfile?: string): IgnoreMatcher {
  return findIgnore(directory, dockerfile).matcher
}

/** `<Dockerfile>.dockerignore` beside the Dockerfile comes before the context's own. Throws `BUILD_NO_CONTEXT`, and what parsing throws. */
export function findIgnore(directory: string, dockerfile?: string): FoundIgnore {
  const candidates = [
    ...(dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`]),
    join(directory, '.dockerignore'),
  ]
  for (const path of candidates) {
    const bytes = readIfThere(path)
    const name = basename(path)
    if (bytes) return { matcher: parseIgnore(bytes, name), name }
  }
  return { matcher: NOTHING_IGNORED, name: undefined }
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readRegularFile(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined
    const reason = systemErrorWords(error) ?? messageOf(error)
    throw apiError('BUILD_NO_CONTEXT', `reading ${printable(path)}: ${reason}`, { cause: error, facts: { path } })
  }
}
