import type { Db } from '../../db/index.ts'
import type { Digest } from '../../oci/index.ts'
import type { StoredImage } from '../images/images.ts'
import { loadImages } from '../images/load.ts'
import { deleteImage } from '../images/remove.ts'
import type { CheckOptions, Finding } from './finding.ts'
import type { CheckParts } from './parts.ts'

/** Images against the blobs and snapshots they need. Repair deletes an image that cannot be used any more. */
export function checkImages({ db }: CheckParts, bad: ReadonlySet<Digest>, options: CheckOptions): Finding[] {
  const findings = loadImages(db).flatMap(image => checkImage(db, image, bad, options.repair ?? false))
  return [...findings, ...checkNames(db, options.repair ?? false)]
}

function checkImage(db: Db, image: StoredImage, bad: ReadonlySet<Digest>, repair: boolean): Finding[] {
  const label = image.names[0] ?? image.id
  const has = (digest: Digest): boolean =>
    !bad.has(digest) && db.get('SELECT 1 FROM blob WHERE digest = ?', digest) !== undefined
  const fatal: Finding[] = []
  if (!has(image.id))
    fatal.push({
      code: 'IMAGE_CONFIG_MISSING',
      message: `image ${label} has no config`,
      subject: image.id,
      repaired: repair,
    })
  for (const layer of image.layers) {
    if (hasLayer(db, layer.diffId, layer.chainId, bad)) continue
    fatal.push({
      code: 'IMAGE_LAYER_MISSING',
      message: `image ${label} lacks its layer ${layer.diffId}`,
      subject: image.id,
      repaired: repair,
    })
  }
  if (fatal.length > 0) {
    if (repair) db.transaction(() => deleteImage(db, image))
    return fatal
  }
  if (image.manifestDigest === undefined || has(image.manifestDigest)) return []
  if (repair) db.run('UPDATE image SET manifest_digest = NULL, manifest_media_type = NULL WHERE id = ?', image.id)
  return [
    {
      code: 'IMAGE_MANIFEST_MISSING',
      message: `image ${label} lacks its manifest ${image.manifestDigest}`,
      subject: image.id,
      repaired: repair,
    },
  ]
}

/** As a stored form, or as the committed snapshot that it is the top of. */
function hasLayer(db: Db, diffId: Digest, chainId: Digest, bad: ReadonlySet<Digest>): boolean {
  if (db.get("SELECT 1 FROM snapshot WHERE chain_id = ? AND state = 'committed'", chainId)) return true
  return db
    .all<{ digest: Digest }>('SELECT digest FROM layer_blob WHERE diff_id = ?', diffId)
    .some(({ digest }) => !bad.has(digest))
}

/** Foreign keys keep names from pointing nowhere; a database mended by other tools may have lost them. */
function checkNames(db: Db, repair: boolean): Finding[] {
  const names = db.all<{ name: string }>('SELECT name FROM image_ref WHERE image_id NOT IN (SELECT id FROM image)')
  return names.map(({ name }) => {
    if (repair) db.run('DELETE FROM image_ref WHERE name = ?', name)
    return {
      code: 'NAME_OF_NOTHING',
      message: `${name} names an image that is not there`,
      subject: name,
      repaired: repair,
    }
  })
}
