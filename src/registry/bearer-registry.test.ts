import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parsePlatform } from '../oci/index.ts'
import type { TestServer } from '../testkit/http-server.ts'
import { type RegistryProcess, registryProgram, startRegistry } from '../testkit/registry-process.ts'
import { sampleImage } from '../testkit/sample-image.ts'
import { opensslAbsent, selfSigned } from '../testkit/self-signed.ts'
import { serveTokens, TOKEN_ISSUER } from '../testkit/token-server.ts'
import type { Registry } from './registry.ts'
import { type TestHome, testHome, testRegistry } from './test-home.fixture.ts'

const amd64 = parsePlatform('linux/amd64')
const absent = registryProgram() === undefined || opensslAbsent

describe.skipIf(absent)('a registry with tokens (skipped without docker-registry or openssl)', () => {
  let tokens: TestServer
  let server: RegistryProcess
  let home: TestHome
  beforeAll(async () => {
    const signer = selfSigned()
    home = await testHome()
    tokens = await serveTokens(signer, (repository, account) => {
      if (account === 'writer') return ['pull', 'push']
      return repository.startsWith('public/') ? ['pull'] : []
    })
    const certificate = await home.write('token.crt', signer.cert)
    server = await startRegistry({ token: { realm: `${tokens.url}/token`, issuer: TOKEN_ISSUER, certificate } })
  })
  afterAll(async () => {
    await server.stop()
    await tokens.close()
    await home[Symbol.asyncDispose]()
  })
  const writer = async (): Promise<Registry> => {
    home.env['DOCKER_CONFIG'] = home.path
    await home.write('config.json', { auths: { [server.host]: { username: 'writer', password: 'x' } } })
    return testRegistry(home)
  }

  it('is pushed to by who may, and pulled from by anybody where that is allowed', async () => {
    const image = sampleImage([100, 200, 300])
    const registry = await writer()
    await registry.push({ ...image, reference: `${server.host}/public/app:1` })
    await registry.push({ ...image, reference: `${server.host}/private/app:1` })
    await using nobody = await testHome()
    const anonymous = testRegistry(nobody)
    expect((await anonymous.resolve(`${server.host}/public/app:1`, amd64)).digest).toBe(image.digest)
    await expect(anonymous.resolve(`${server.host}/private/app:1`, amd64)).rejects.toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
    })
    const pushing = anonymous.push({ ...sampleImage([5]), reference: `${server.host}/public/app:2` })
    await expect(pushing).rejects.toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
      message: expect.stringContaining('push access denied'),
    })
  })
  it('mounts across repositories with a token for both', async () => {
    const image = sampleImage([400])
    const registry = await writer()
    await registry.push({ ...image, reference: `${server.host}/one/app:1` })
    const layers = image.layers.map(layer => ({ ...layer, mountFrom: [`${server.host}/one/app`] }))
    const { blobs } = await registry.push({ ...image, layers, reference: `${server.host}/two/app:1` })
    expect(blobs.map(blob => blob.outcome)).toEqual(['uploaded', 'mounted'])
  })
  it('needs one token for one push', async () => {
    const registry = await writer()
    const before = tokens.seen.length
    await registry.push({ ...sampleImage([1, 2, 3, 4, 5, 6]), reference: `${server.host}/few/app:1` })
    expect(tokens.seen.length - before).toBe(1)
  })
})
