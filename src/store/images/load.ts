import type { Db } from '../../db/index.ts'
import type { Digest, Platform } from '../../oci/index.ts'
import type { ImageLayer, StoredImage } from './images.ts'

interface ImageRow {
  readonly id: Digest
  readonly manifestDigest: Digest | null
  readonly manifestMediaType: string | null
  readonly platform: string
  readonly createdMs: number
}

const IMAGE = `SELECT id, manifest_digest AS manifestDigest, manifest_media_type AS manifestMediaType, platform,
  created_ms AS createdMs FROM image`
const LAYERS = `SELECT il.diff_id AS diffId, il.chain_id AS chainId, layer.uncompressed_bytes AS bytes
  FROM image_layer AS il LEFT JOIN layer ON layer.diff_id = il.diff_id WHERE il.image_id = ? ORDER BY il.position`
const NAMES = 'SELECT name FROM image_ref WHERE image_id = ? ORDER BY name'
const REPO_DIGESTS = "SELECT repository || '@' || digest AS name FROM repo_digest WHERE image_id = ? ORDER BY name"

export function loadImage(db: Db, id: Digest): StoredImage | undefined {
  const row = db.get<ImageRow>(`${IMAGE} WHERE id = ?`, id)
  return row && assemble(db, row)
}

/** Newest first. */
export function loadImages(db: Db): StoredImage[] {
  return db.all<ImageRow>(`${IMAGE} ORDER BY created_ms DESC, id`).map(row => assemble(db, row))
}

/** IDs that begin with these hex digits, at most `limit`. */
export function idsStartingWith(db: Db, hex: string, limit: number): Digest[] {
  const from = `sha256:${hex}`
  return db
    .all<{ id: Digest }>('SELECT id FROM image WHERE id >= ? AND id < ? ORDER BY id LIMIT ?', from, `${from}g`, limit)
    .map(row => row.id)
}

function assemble(db: Db, row: ImageRow): StoredImage {
  const layers = layersOf(db, row.id)
  return {
    id: row.id,
    manifestDigest: row.manifestDigest ?? undefined,
    manifestMediaType: row.manifestMediaType ?? undefined,
    platform: JSON.parse(row.platform) as Platform,
    createdMs: row.createdMs,
    names: namesBy(db, NAMES, row.id),
    repoDigests: namesBy(db, REPO_DIGESTS, row.id),
    layers,
    uncompressedBytes: sumOf(layers),
  }
}

function layersOf(db: Db, id: Digest): ImageLayer[] {
  const rows = db.all<{ diffId: Digest; chainId: Digest; bytes: number | null }>(LAYERS, id)
  return rows.map(({ diffId, chainId, bytes }) => ({ diffId, chainId, uncompressedBytes: bytes ?? undefined }))
}

function namesBy(db: Db, sql: string, id: Digest): string[] {
  return db.all<{ name: string }>(sql, id).map(row => row.name)
}

function sumOf(layers: readonly ImageLayer[]): number | undefined {
  let sum = 0
  for (const { uncompressedBytes } of layers) {
    if (uncompressedBytes === undefined) return undefined
    sum += uncompressedBytes
  }
  return sum
}
