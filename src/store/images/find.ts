import { TareError } from '../../base/error.ts'
import { suggest } from '../../base/suggest.ts'
import type { Db } from '../../db/index.ts'
import {
  type Digest,
  familiarName,
  formatReference,
  parseCanonicalReference,
  parseReferenceOrId,
  type Reference,
  repositoryOf,
  withDefaultTag,
} from '../../oci/index.ts'
import type { StoreErrorCode } from '../error.ts'
import { idsStartingWith } from './load.ts'

/** How many candidates an ambiguous ID's error names. */
const MOST_CANDIDATES = 5

/** The image of a user's word: by name first, then by ID, then by a part of an ID (Docker's GetImage). */
export function findImage(db: Db, text: string): Digest {
  const asked = parseReferenceOrId(text)
  const found = typeof asked === 'string' ? findById(db, asked) : findByReference(db, withDefaultTag(asked))
  const id = found ?? findByPrefix(db, text)
  if (id) return id
  throw imageNotFound(db, text)
}

/** By name, or by repository and digest, whatever the tag beside it. */
export function findByReference(db: Db, reference: Reference): Digest | undefined {
  if (reference.digest === undefined) {
    return db.get<{ id: Digest }>('SELECT image_id AS id FROM image_ref WHERE name = ?', formatReference(reference))?.id
  }
  const sql = 'SELECT image_id AS id FROM repo_digest WHERE repository = ? AND digest = ? ORDER BY image_id LIMIT 1'
  return db.get<{ id: Digest }>(sql, repositoryOf(reference), reference.digest)?.id
}

export function imageNotFound(db: Db, text: string): TareError<StoreErrorCode> {
  const names = db
    .all<{ name: string }>('SELECT name FROM image_ref')
    .map(row => familiarName(parseCanonicalReference(row.name)))
  const meant = suggest(text, new Set(names.flatMap(name => [name, name.replace(/:latest$/, '')])))
  return new TareError('IMAGE_NOT_FOUND', `finding image ${text}: no such image in the store`, {
    facts: { reference: text },
    hint: meant === undefined ? undefined : `Did you mean ${meant}?`,
  })
}

/** Whether `text` is an ID of this image or the beginning of one, with or without the algorithm. */
export function isIdPrefix(id: Digest, text: string): boolean {
  return id.startsWith(text) || id.slice(id.indexOf(':') + 1).startsWith(text)
}

function findById(db: Db, id: Digest): Digest | undefined {
  return db.get<{ id: Digest }>('SELECT id FROM image WHERE id = ?', id)?.id
}

function findByPrefix(db: Db, text: string): Digest | undefined {
  const hex = /^(?:sha256:)?([0-9a-f]{1,64})$/.exec(text)?.[1]
  if (hex === undefined) return undefined
  const candidates = idsStartingWith(db, hex, MOST_CANDIDATES)
  if (candidates.length < 2) return candidates[0]
  throw new TareError<StoreErrorCode>('IMAGE_AMBIGUOUS', `finding image ${text}: several image IDs begin with it`, {
    facts: { reference: text, candidates },
    hint: `Give more of the ID: ${candidates.map(id => id.slice(7, 7 + Math.max(12, hex.length + 4))).join(', ')}.`,
  })
}
