import { readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf } from '../base/error.ts'
import type { Db } from '../db/index.ts'
import { type Digest, digestAlgorithm, digestHex, isDigest } from '../oci/index.ts'
import type { StorePaths } from './paths.ts'

/** Where a blob's file is or would be. `digest` must be valid. */
export function blobPath(paths: StorePaths, digest: Digest): string {
  return join(paths.blobs, digestAlgorithm(digest), digestHex(digest))
}

/** Digests of all blob files, with a row or without. Other files are `check`'s matter. */
export function* blobFiles(paths: StorePaths): Generator<Digest> {
  for (const algorithm of readdirSync(paths.blobs)) {
    for (const hex of readdirSync(join(paths.blobs, algorithm))) {
      const digest = `${algorithm}:${hex}`
      if (isDigest(digest)) yield digest
    }
  }
}

/**
 * Deletes a blob's file unless a row names it; true when it did. Under the write lock, so that nobody adds the row in between;
 * there the file only gets the name `trash`, because deleting a large one takes time.
 */
export function removeRowless(paths: StorePaths, db: Db, digest: Digest, trash: string): boolean {
  if (hasRow(db, digest)) return false
  const taken = db.transaction(() => !hasRow(db, digest) && renameIfThere(blobPath(paths, digest), trash))
  rmSync(trash, { force: true })
  return taken
}

function hasRow(db: Db, digest: Digest): boolean {
  return db.get('SELECT 1 FROM blob WHERE digest = ?', digest) !== undefined
}

function renameIfThere(from: string, to: string): boolean {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}
