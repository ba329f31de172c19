import { TareError } from '../../base/error.ts'
import type { Db } from '../../db/index.ts'
import { type Digest, parseCanonicalReference } from '../../oci/index.ts'
import type { StoreErrorCode } from '../error.ts'

/** The image that has this name. */
export function holderOf(db: Db, name: string): Digest | undefined {
  return db.get<{ id: Digest }>('SELECT image_id AS id FROM image_ref WHERE name = ?', name)?.id
}

export function setName(db: Db, name: string, id: Digest, now: number): void {
  db.run('INSERT OR REPLACE INTO image_ref (name, image_id, tagged_ms) VALUES (?, ?, ?)', name, id, now)
}

/** Throws `IMAGE_INVALID` or `OCI_INVALID_REFERENCE` for anything but a fully qualified name with a tag and no digest. */
export function assertTagged(name: string): void {
  const { tag, digest } = parseCanonicalReference(name)
  if (tag !== undefined && digest === undefined) return
  throw new TareError<StoreErrorCode>('IMAGE_INVALID', `tagging ${name}: expected a name with a tag and no digest`, {
    facts: { reference: name },
  })
}
