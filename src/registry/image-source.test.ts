import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { type Bytes, digestOf, parsePlatform } from '../oci/index.ts'
import { readAll } from '../testkit/read-all.ts'
import { sampleImage } from '../testkit/sample-image.ts'
import { notFound, serveImage } from '../testkit/small-registry.ts'
import { registryImageSource } from './image-source.ts'
import { testHome, testRegistry } from './test-home.fixture.ts'

const amd64 = parsePlatform('linux/amd64')

async function* gunzip(stored: Bytes): AsyncGenerator<Uint8Array> {
  yield gunzipSync(await readAll(stored))
}

it('opens layers by the unpacker it was given, also of an image that somebody else resolved', async () => {
  const image = sampleImage([100, 200])
  await using home = await testHome()
  await using server = await serveImage(image)
  const source = registryImageSource(testRegistry(home), gunzip)
  const found = await source.resolve(`${server.host}/app`, amd64)
  const { blobs: _, ...plain } = found as typeof found & { blobs?: unknown }
  for (const [i, diffId] of found.config.rootfs.diff_ids.entries()) {
    expect(digestOf(await readAll(source.openLayer(found, i)))).toBe(diffId)
    expect(digestOf(await readAll(source.openLayer(plain, i)))).toBe(diffId)
  }
  expect(() => source.openLayer(found, 2)).toThrow('there is no such layer')
})

it('speaks of images, not of registries', async () => {
  await using home = await testHome()
  await using server = await serveImage(sampleImage(), (request, response) => {
    if (!request.url.includes('nope')) return false
    notFound(response)
    return true
  })
  const source = registryImageSource(testRegistry(home), gunzip)
  await expect(source.resolve(`${server.host}/app:nope`, amd64)).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' })
  await expect(source.resolve(`${server.host}/app`, parsePlatform('linux/s390x'))).rejects.toMatchObject({
    code: 'IMAGE_NO_PLATFORM',
  })
})
