import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { errnoOf } from '../../../base/error.ts'
import { type IgnoreMatcher, parseIgnore } from '../../../dockerfile/index.ts'

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

/** `<Dockerfile>.dockerignore` beside the Dockerfile comes before the context's own. */
export function findIgnore(directory: string, dockerfile?: string): FoundIgnore {
  const candidates = [
    ...(dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`]),
    join(directory, '.dockerignore'),
  ]
  for (const path of candidates) {
    try {
      const name = basename(path)
      return { matcher: parseIgnore(readFileSync(path), name), name }
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' && errnoOf(error) !== 'ENOTDIR') throw error
    }
  }
  return { matcher: NOTHING_IGNORED, name: undefined }
}
