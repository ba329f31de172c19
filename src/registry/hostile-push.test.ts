import { describe, expect, it } from 'vitest'
import { digestOf } from '../oci/index.ts'
import { type SeenRequest, serve, type TestServer } from '../testkit/http-server.ts'
import { type SampleImage, sampleImage } from '../testkit/sample-image.ts'
import type { PushResult } from './registry.ts'
import { testHome, testRegistry } from './test-home.fixture.ts'

type Response = Parameters<Parameters<typeof serve>[0]>[1]
type Step = (request: SeenRequest, response: Response) => boolean | undefined

const big = sampleImage([9_000_000])
const bigLayer = big.layers[0]?.descriptor ?? big.config.descriptor

/** A registry that takes everything, but for one step. */
function accepting(step: Step = () => false): Promise<TestServer> {
  let sessions = 0
  return serve((request, response) => {
    if (step(request, response) === true) return
    if (request.method === 'GET') return void response.end('{}')
    if (request.method === 'HEAD') return void response.writeHead(404).end()
    if (request.method === 'POST')
      return void response.writeHead(202, { location: `/upload/${++sessions}?state=a%2Fb` }).end()
    if (request.method === 'PATCH') return void response.writeHead(202, { location: request.url }).end()
    response.writeHead(201).end()
  })
}

async function pushTo(server: TestServer, image: SampleImage, path = 'app:1'): Promise<PushResult> {
  await using home = await testHome()
  home.env['DOCKER_CONFIG'] = home.path
  await home.write('config.json', { auths: { [server.host]: { username: 'me', password: 'secret' } } })
  return await testRegistry(home, { retries: 2 }).push({ ...image, reference: `${server.host}/${path}` })
}

const uploads = (server: TestServer): SeenRequest[] => server.seen.filter(request => request.url.startsWith('/upload/'))

describe('pushing', () => {
  it('sends each blob in one piece to the place the registry names, its query untouched', async () => {
    const image = sampleImage([1000])
    await using server = await accepting()
    const { blobs } = await pushTo(server, image)
    expect(blobs.map(blob => blob.outcome)).toEqual(['uploaded', 'uploaded'])
    for (const request of uploads(server)) {
      const [, digest = ''] = /^\/upload\/\d\?state=a%2Fb&digest=(.*)$/.exec(request.url) ?? []
      expect(digestOf(request.body)).toBe(decodeURIComponent(digest))
    }
    expect(server.seen.at(-1)).toMatchObject({ method: 'PUT', url: '/v2/app/manifests/1' })
    expect(server.seen.at(-1)?.headers['content-type']).toBe(image.manifest.mediaType)
  })
  it('cuts a blob in pieces when the registry does not take it whole', async () => {
    await using server = await accepting((request, response) => {
      if (request.method !== 'PUT' || request.body.length < 1_000_000) return false
      response.writeHead(413).end()
      return true
    })
    await pushTo(server, big)
    const pieces = uploads(server).filter(request => request.method === 'PATCH')
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces[1]?.headers['content-range']).toBe(`${pieces[0]?.body.length}-${bigLayer.size - 1}`)
    expect(digestOf(Buffer.concat(pieces.map(piece => piece.body)))).toBe(bigLayer.digest)
  })
  it('begins a blob anew when the connection breaks', async () => {
    let breaks = 0
    await using server = await accepting((request, response) => {
      if (!request.url.startsWith('/upload/') || breaks++ > 0) return false
      response.destroy()
      return true
    })
    await expect(pushTo(server, sampleImage([1000]))).resolves.toMatchObject({
      blobs: [{ outcome: 'uploaded' }, { outcome: 'uploaded' }],
    })
    expect(server.seen.filter(request => request.method === 'POST')).toHaveLength(3)
  })
  it('sends no credentials to an upload place elsewhere', async () => {
    await using storage = await serve((_, response) => void response.writeHead(201).end())
    await using server = await accepting((request, response) => {
      if (request.url === '/v2/') return false
      if (request.headers['authorization'] === undefined) response.writeHead(401, { 'www-authenticate': 'Basic' }).end()
      else if (request.method === 'POST') response.writeHead(202, { location: `${storage.url}/put?signature=x` }).end()
      else return false
      return true
    })
    await pushTo(server, sampleImage([1000]))
    expect(storage.seen.map(request => request.headers['authorization'])).toEqual([undefined, undefined])
  })
  it('refuses an upload place that is no place', async () => {
    await using server = await accepting((request, response) => {
      if (request.method !== 'POST') return false
      response.writeHead(202, { location: 'gopher://x/' }).end()
      return true
    })
    await expect(pushTo(server, sampleImage([10]))).rejects.toMatchObject({ code: 'REGISTRY_REDIRECT_REFUSED' })
  })
  it('finds out when the registry stored another manifest', async () => {
    await using server = await accepting((request, response) => {
      if (!request.url.includes('/manifests/')) return false
      response.writeHead(201, { 'docker-content-digest': digestOf('other') }).end()
      return true
    })
    await expect(pushTo(server, sampleImage([10]))).rejects.toMatchObject({ code: 'REGISTRY_DIGEST_MISMATCH' })
  })
  it('writes no manifest when a blob was refused', async () => {
    await using server = await accepting((request, response) => {
      if (request.method !== 'POST') return false
      response.writeHead(403).end('{"errors":[{"code":"DENIED","message":"read-only"}]}')
      return true
    })
    await expect(pushTo(server, sampleImage([10]))).rejects.toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
      message: expect.stringContaining('push access denied for'),
    })
    expect(server.seen.some(request => request.url.includes('/manifests/'))).toBe(false)
  })
  it('refuses a manifest whose blobs were not all handed over', async () => {
    await using server = await accepting()
    await expect(pushTo(server, { ...sampleImage([10]), layers: [] })).rejects.toThrow('was not handed over')
    expect(server.seen).toEqual([])
  })
  it('refuses a digest that is not the manifest’s', async () => {
    await using server = await accepting()
    const wrong = `app@${digestOf('other')}`
    await expect(pushTo(server, sampleImage([10]), wrong)).rejects.toMatchObject({ code: 'REGISTRY_DIGEST_MISMATCH' })
  })
  it('moves no more blobs at once than allowed', async () => {
    let now = 0
    let most = 0
    await using server = await accepting((request, response) => {
      if (!request.url.startsWith('/upload/')) return false
      most = Math.max(most, ++now)
      setImmediate(() => {
        now--
        response.writeHead(201).end()
      })
      return true
    })
    await using home = await testHome()
    await testRegistry(home, { parallel: 2 }).push({
      ...sampleImage([10, 11, 12, 13, 14, 15]),
      reference: `${server.host}/app`,
    })
    expect(most).toBeLessThanOrEqual(2)
  })
})
