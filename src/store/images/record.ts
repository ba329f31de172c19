import { TareError } from '../../base/error.ts'
import type { Db } from '../../db/index.ts'
import {
  childChainId,
  type Digest,
  digestOf,
  type ImageConfig,
  type Manifest,
  type Platform,
  parseImageConfig,
  parseManifest,
} from '../../oci/index.ts'
import type { ContentStore } from '../content.ts'
import type { StoreErrorCode } from '../error.ts'
import type { Lease } from '../leases.ts'
import type { NewImage } from './images.ts'
import { loadImage } from './load.ts'
import { assertTagged, setName } from './name.ts'

export interface RecordParts {
  readonly db: () => Db
  readonly content: ContentStore
  readonly lease: () => Lease
  readonly now: () => number
}

/** Stores the documents of an image, then its rows and names. Writes nothing when all of it is there. */
export async function recordImage(parts: RecordParts, image: NewImage): Promise<Digest> {
  const config = parseImageConfig(image.configBytes)
  const id = digestOf(image.configBytes)
  const manifest = image.manifest && readManifest(image.manifest, id, config)
  for (const name of image.names ?? []) assertTagged(name)
  if (isRecorded(parts, image, id, manifest)) return id
  await parts.content.putBytes(image.configBytes)
  if (image.manifest) await parts.content.putBytes(image.manifest.bytes)
  const db = parts.db()
  const lease = parts.lease()
  db.transaction(
    () => {
      lease.hold('image', id)
      addRow(db, id, config, manifest)
      addLayers(db, id, config, image.uncompressedBytes)
      for (const name of image.names ?? []) setName(db, name, id, parts.now())
    },
    { durable: true },
  )
  return id
}

function isRecorded(
  { db, content }: RecordParts,
  image: NewImage,
  id: Digest,
  manifest: StoredManifest | undefined,
): boolean {
  const known = loadImage(db(), id)
  if (!known || !content.stat(id)) return false
  if (manifest && (known.manifestDigest !== manifest.digest || !content.stat(manifest.digest))) return false
  return (
    (image.names ?? []).every(name => known.names.includes(name)) &&
    known.layers.every(
      ({ diffId, uncompressedBytes }) => uncompressedBytes !== undefined || !image.uncompressedBytes?.has(diffId),
    )
  )
}

interface StoredManifest {
  readonly digest: Digest
  readonly mediaType: string
}

function readManifest(given: NonNullable<NewImage['manifest']>, id: Digest, config: ImageConfig): StoredManifest {
  assertBelongs(parseManifest(given.bytes, given.mediaType), id, config)
  return { digest: digestOf(given.bytes), mediaType: given.mediaType }
}

function assertBelongs(manifest: Manifest, id: Digest, config: ImageConfig): void {
  if (manifest.config.digest !== id) {
    throw invalid(id, `expected a manifest of config ${id}, got one of ${manifest.config.digest}`, {
      expected: id,
      actual: manifest.config.digest,
    })
  }
  const expected = config.rootfs.diff_ids.length
  const actual = manifest.layers.length
  if (expected !== actual)
    throw invalid(id, `expected ${expected} layers as in its config, got ${actual} in its manifest`, {
      expected,
      actual,
    })
}

function addRow(db: Db, id: Digest, config: ImageConfig, manifest: StoredManifest | undefined): void {
  db.run(
    `INSERT INTO image (id, manifest_digest, manifest_media_type, platform, created_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET
       manifest_digest = coalesce(excluded.manifest_digest, manifest_digest),
       manifest_media_type = coalesce(excluded.manifest_media_type, manifest_media_type)`,
    id,
    manifest?.digest,
    manifest?.mediaType,
    JSON.stringify(platformOf(config)),
    createdMsOf(config),
  )
}

function addLayers(db: Db, id: Digest, config: ImageConfig, sizes: NewImage['uncompressedBytes']): void {
  let chainId: Digest | undefined
  config.rootfs.diff_ids.forEach((diffId, position) => {
    chainId = childChainId(chainId, diffId)
    db.run(
      'INSERT OR IGNORE INTO image_layer (image_id, position, diff_id, chain_id) VALUES (?, ?, ?, ?)',
      id,
      position,
      diffId,
      chainId,
    )
    const bytes = sizes?.get(diffId)
    if (bytes !== undefined)
      db.run('INSERT OR IGNORE INTO layer (diff_id, uncompressed_bytes) VALUES (?, ?)', diffId, bytes)
  })
}

function platformOf(config: ImageConfig): Platform {
  const { os, architecture, variant } = config
  return { os, architecture, variant, 'os.version': config['os.version'], 'os.features': config['os.features'] }
}

function createdMsOf({ created }: ImageConfig): number {
  const ms = created === undefined ? 0 : Date.parse(created)
  return Number.isNaN(ms) ? 0 : ms
}

function invalid(id: Digest, why: string, facts: Record<string, unknown>): TareError<StoreErrorCode> {
  return new TareError('IMAGE_INVALID', `recording image ${id}: ${why}`, { facts: { ...facts, digest: id } })
}
