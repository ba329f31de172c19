import { expect, it } from 'vitest'
import { parsePlatform } from '../oci/index.ts'
import { readAll } from '../testkit/read-all.ts'
import { sampleImage } from '../testkit/sample-image.ts'
import { serveImage } from '../testkit/small-registry.ts'
import { testHome, testRegistry } from './test-home.fixture.ts'

const amd64 = parsePlatform('linux/amd64')
const image = sampleImage([5000])
const layer = image.layers[0]?.descriptor ?? image.config.descriptor
const mirrored = (mirror: string, primary: string): string =>
  `[[registry]]\nprefix = "r.example"\nlocation = "${primary}"\n[[registry.mirror]]\nlocation = "${mirror}/cache"\n`

it('a mirror is asked first', async () => {
  await using home = await testHome()
  await using mirror = await serveImage(image)
  await home.write('registries.conf', mirrored(mirror.host, '127.0.0.1:1'))
  const found = await testRegistry(home).resolve('r.example/app:1', amd64)
  expect(found.reference).toBe('r.example/app:1')
  expect((await readAll(found.blobs.open(layer))).length).toBe(layer.size)
  expect(mirror.seen.map(request => request.url)).toContain('/v2/cache/app/manifests/1')
})

it('the registry itself stands in for a mirror that lacks a blob, lies, or is down', async () => {
  await using home = await testHome()
  await using primary = await serveImage(image)
  await using mirror = await serveImage(image, (request, response) => {
    if (!request.url.includes(layer.digest)) return false
    response.writeHead(404).end()
    return true
  })
  await home.write('registries.conf', mirrored(mirror.host, primary.host))
  const found = await testRegistry(home).resolve('r.example/app:1', amd64)
  expect((await readAll(found.blobs.open(layer))).length).toBe(layer.size)
  await mirror.close()
  await expect(testRegistry(home).resolve('r.example/app:1', amd64)).resolves.toMatchObject({ digest: image.digest })
})

it('what the registry itself says counts, not what its mirror says', async () => {
  await using home = await testHome()
  const missing: Parameters<typeof serveImage>[1] = (request, response) => {
    if (!request.url.includes('/manifests/')) return false
    response.writeHead(request.url.includes('/cache/') ? 500 : 404).end()
    return true
  }
  await using server = await serveImage(image, missing)
  await home.write('registries.conf', mirrored(server.host, server.host))
  const resolving = testRegistry(home, { retries: 0 }).resolve('r.example/app:1', amd64)
  await expect(resolving).rejects.toMatchObject({ code: 'REGISTRY_NOT_FOUND' })
})

it('a blocked registry is never spoken to', async () => {
  await using home = await testHome()
  await using server = await serveImage(image)
  await home.write('registries.conf', `[[registry]]\nlocation = "${server.host}"\nblocked = true\n`)
  await expect(testRegistry(home).resolve(`${server.host}/app`, amd64)).rejects.toMatchObject({
    code: 'REGISTRY_BLOCKED',
  })
  expect(server.seen).toEqual([])
})
