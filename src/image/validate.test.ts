import { expect, it } from 'vitest'
import { digestOf, type Image, OCI_LAYER } from '../oci/index.ts'
import { smallImage } from './archive.fixture.ts'
import { makeManifest } from './manifest-bytes.ts'
import { assertValidImage, validateImage } from './validate.ts'

const { image, tars, diffIds } = smallImage(['one', 'two'])
const descriptors = tars.map((tar, i) => ({ mediaType: OCI_LAYER, digest: diffIds[i] ?? image.id, size: tar.length }))
const whole: Image = { ...image, manifest: makeManifest(image.configBytes, descriptors) }

it('finds nothing wrong with an image that fits together', () => {
  expect(validateImage(whole)).toEqual([])
  expect(() => assertValidImage(whole)).not.toThrow()
})

it.each<[string, Image, string]>([
  [
    'config bytes',
    { ...whole, configBytes: Buffer.from('{}') },
    `expected config digest ${image.id}, got ${digestOf('{}')}`,
  ],
  ['layers', { ...whole, layers: image.layers.slice(1) }, 'expected 2 layers (rootfs.diff_ids), got 1'],
  [
    'their order',
    { ...whole, layers: image.layers.toReversed() },
    `layer 1: expected diff ID ${diffIds[0]}, got ${diffIds[1]}`,
  ],
  [
    'the manifest',
    { ...whole, manifest: makeManifest(Buffer.from('{}'), descriptors) },
    'the manifest is of the image',
  ],
  [
    'its layers',
    { ...whole, manifest: makeManifest(image.configBytes, []) },
    'expected 2 layers in the manifest, got 0',
  ],
  [
    'a media type',
    {
      ...whole,
      manifest: makeManifest(
        image.configBytes,
        descriptors.map(each => ({ ...each, mediaType: 'text/plain' })),
      ),
    },
    'layer 1 has the unknown media type text/plain',
  ],
  [
    'a foreign layer',
    {
      ...whole,
      manifest: makeManifest(
        image.configBytes,
        descriptors.map(each => ({ ...each, mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' })),
      ),
    },
    'layer 1 is only kept elsewhere',
  ],
])('finds what is wrong with %s', (_, wrong, message) => {
  expect(validateImage(wrong).map(problem => problem.message)).toContainEqual(expect.stringContaining(message))
  expect(() => assertValidImage(wrong)).toThrow(expect.objectContaining({ code: 'IMAGE_INVALID' }))
})

it('only warns of a history that does not match, which images in the wild have', () => {
  const odd = smallImage(['one'], { history: [{ created_by: 'a' }, { created_by: 'b' }] }).image
  expect(validateImage(odd)).toEqual([{ severity: 'warning', message: 'history names 2 layers, the image has 1' }])
  expect(() => assertValidImage(odd)).not.toThrow()
})
