import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { errnoOf } from '../../../base/error.ts'
import { type IgnoreMatcher, parseIgnore } from '../../../dockerfile/index.ts'

export const NOTHING_IGNORED = parseIgnore('')

/** `<Dockerfile>.dockerignore` beside the Dockerfile comes before the context's own. */
export function readIgnore(directory: string, dockerfile?: string): IgnoreMatcher {
  const candidates = [
    ...(dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`]),
    join(directory, '.dockerignore'),
  ]
  for (const path of candidates) {
    try {
      return parseIgnore(readFileSync(path), basename(path))
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' && errnoOf(error) !== 'ENOTDIR') throw error
    }
  }
  return NOTHING_IGNORED
}
