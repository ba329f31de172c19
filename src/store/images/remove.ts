import { TareError } from '../../base/error.ts'
import type { Db } from '../../db/index.ts'
import {
  type Digest,
  formatReference,
  parseReference,
  type Reference,
  repositoryOf,
  withDefaultTag,
} from '../../oci/index.ts'
import type { StoreErrorCode } from '../error.ts'
import { findImage, isIdPrefix } from './find.ts'
import type { Removal, StoredImage } from './images.ts'
import { loadImage } from './load.ts'

export interface RemoveOptions {
  readonly force?: boolean | undefined
  /** This process's own lease, whose hold is no reason to keep an image. */
  readonly ownLease: string | undefined
}

/** Docker's rules of `rmi` (its ImageDelete). Runs in the caller's transaction. */
export function removeImage(db: Db, text: string, options: RemoveOptions): Removal[] {
  const id = findImage(db, text)
  const image = loadImage(db, id)
  if (!image) return []
  return isIdPrefix(id, text)
    ? removeById(db, image, text, options)
    : removeByName(db, image, withDefaultTag(parseReference(text)), options)
}

/** Deletes an image with all its names. Runs in the caller's transaction. */
export function deleteImage(db: Db, image: StoredImage): Removal[] {
  const removals = [...image.names, ...image.repoDigests].map((name): Removal => ({ kind: 'untagged', name }))
  db.run('DELETE FROM image_ref WHERE image_id = ?', image.id)
  db.run('DELETE FROM image WHERE id = ?', image.id)
  return [...removals, { kind: 'deleted', digest: image.id }]
}

function removeById(db: Db, image: StoredImage, text: string, options: RemoveOptions): Removal[] {
  const repositories = new Set([...image.names, ...image.repoDigests].map(name => repositoryOf(parseReference(name))))
  if (!options.force && (image.names.length > 1 || repositories.size > 1)) {
    throw inUse(text, image, 'it is referenced in multiple repositories')
  }
  assertNotHeld(db, image, text, options)
  return deleteImage(db, image)
}

/** The last name takes the image with it. Digests of a repository do not outlive its last tag. */
function removeByName(db: Db, image: StoredImage, reference: Reference, options: RemoveOptions): Removal[] {
  const repository = repositoryOf(reference)
  const byDigest = reference.digest !== undefined
  const name = byDigest ? `${repository}@${reference.digest}` : formatReference(reference)
  const names = image.names.filter(other => other !== name)
  const tagsLeft = names.some(other => repositoryOf(parseReference(other)) === repository)
  const keepsDigests = byDigest || tagsLeft
  const repoDigests = image.repoDigests.filter(
    other => other !== name && (keepsDigests || !other.startsWith(`${repository}@`)),
  )
  if (names.length + repoDigests.length === 0) {
    assertNotHeld(db, image, name, options)
    return deleteImage(db, image)
  }
  const gone = [...image.names, ...image.repoDigests].filter(
    other => !names.includes(other) && !repoDigests.includes(other),
  )
  for (const other of gone) untag(db, image.id, other)
  return gone.map(other => ({ kind: 'untagged', name: other }))
}

function untag(db: Db, id: Digest, name: string): void {
  const at = name.indexOf('@')
  if (at < 0) db.run('DELETE FROM image_ref WHERE name = ? AND image_id = ?', name, id)
  else
    db.run(
      'DELETE FROM repo_digest WHERE repository = ? AND digest = ? AND image_id = ?',
      name.slice(0, at),
      name.slice(at + 1),
      id,
    )
}

function assertNotHeld(db: Db, image: StoredImage, text: string, options: RemoveOptions): void {
  if (options.force) return
  const sql = "SELECT lease_id FROM lease_hold WHERE kind = 'image' AND key = ? AND lease_id <> ? LIMIT 1"
  if (db.get(sql, image.id, options.ownLease ?? '')) throw inUse(text, image, 'another Tare process is using it')
}

function inUse(text: string, image: StoredImage, why: string): TareError<StoreErrorCode> {
  return new TareError('IMAGE_IN_USE', `removing image ${text}: ${why}`, {
    facts: { reference: text, digest: image.id, names: image.names },
    hint: 'Use --force to remove it all the same.',
  })
}
