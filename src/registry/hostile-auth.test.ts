import { describe, expect, it } from 'vitest'
import { parsePlatform } from '../oci/index.ts'
import { type SeenRequest, serve, type TestServer } from '../testkit/http-server.ts'
import { readAll } from '../testkit/read-all.ts'
import { sampleImage } from '../testkit/sample-image.ts'
import { opensslAbsent, selfSigned } from '../testkit/self-signed.ts'
import { serveImage, writeEndlessly } from '../testkit/small-registry.ts'
import { type TestHome, testHome, testRegistry } from './test-home.fixture.ts'

const amd64 = parsePlatform('linux/amd64')
const image = sampleImage([5000])
const layer = image.layers[0]?.descriptor ?? image.config.descriptor
const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`

/** Credentials for a host in the Docker config of a home. */
async function giveCredentials(
  home: TestHome,
  host: string,
  entry: object = { username: 'me', password: 'secret' },
): Promise<void> {
  home.env['DOCKER_CONFIG'] = home.path
  await home.write('config.json', { auths: { [host]: entry } })
}

/** A registry that wants a header, and challenges with another when it is not there. */
function guarded(
  wanted: () => string,
  challenge: () => string,
  options?: Parameters<typeof serveImage>[2],
): Promise<TestServer> {
  return serveImage(
    image,
    (request, response) => {
      if (request.url === '/v2/' || request.headers['authorization'] === wanted()) return false
      response.writeHead(401, { 'www-authenticate': challenge() }).end()
      return true
    },
    options,
  )
}

describe('redirects', () => {
  const authorized = (seen: readonly SeenRequest[]): boolean[] =>
    seen.map(request => request.headers['authorization'] !== undefined)

  it('to another origin lose the credentials', async () => {
    await using home = await testHome()
    await using storage = await serve((_, response) => void response.end(image.contents.get(layer.digest)))
    await using server = await serveImage(image, (request, response) => {
      if (request.url === '/v2/') return false
      const known = request.headers['authorization'] === basic
      if (!known) response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
      else if (request.url.includes(layer.digest))
        response.writeHead(307, { location: `${storage.url}/signed?key=1` }).end()
      return !known || request.url.includes(layer.digest)
    })
    await giveCredentials(home, server.host)
    const registry = testRegistry(home)
    await registry.resolve(`${server.host}/app`, amd64)
    const content = await readAll(registry.blobs(`${server.host}/app`).open(layer))
    expect(content.length).toBe(layer.size)
    expect(authorized(storage.seen)).toEqual([false])
    expect(authorized(server.seen)).toContain(true)
  })
  it('do not get the credentials back when they return', async () => {
    await using home = await testHome()
    const hosts: string[] = []
    await using away = await serve(
      (_, response) => void response.writeHead(307, { location: `http://${hosts[0]}/back` }).end(),
    )
    await using server = await serveImage(image, (request, response) => {
      if (request.url === '/v2/' || request.url === '/back') return false
      if (request.headers['authorization'] !== basic) response.writeHead(401, { 'www-authenticate': 'Basic' }).end()
      else response.writeHead(307, { location: `${away.url}/x` }).end()
      return true
    })
    hosts.push(server.host)
    await giveCredentials(home, server.host)
    await expect(testRegistry(home).resolve(`${server.host}/app`, amd64)).rejects.toMatchObject({
      code: 'REGISTRY_NOT_FOUND',
    })
    expect(server.seen.find(request => request.url === '/back')?.headers['authorization']).toBeUndefined()
  })
  it('on the same origin keep them', async () => {
    await using home = await testHome()
    await using server = await serveImage(image, (request, response) => {
      if (request.url === '/v2/') return false
      if (request.headers['authorization'] !== basic) response.writeHead(401, { 'www-authenticate': 'Basic' }).end()
      else if (request.url.startsWith('/v2/app/'))
        response.writeHead(308, { location: request.url.replace('app', 'moved') }).end()
      return request.headers['authorization'] !== basic || request.url.startsWith('/v2/app/')
    })
    await giveCredentials(home, server.host)
    await expect(testRegistry(home).resolve(`${server.host}/app`, amd64)).resolves.toMatchObject({
      digest: image.digest,
    })
  })
  it('to a server with a challenge of its own get no answer', async () => {
    await using home = await testHome()
    await using server = await guarded(
      () => basic,
      () => 'Basic realm="x"',
    )
    await giveCredentials(home, server.host)
    await using front = await serve((request, response) => {
      const location = `${server.url}${request.url}`
      if (request.url === '/v2/') response.end()
      else response.writeHead(307, { location }).end()
    })
    const resolving = testRegistry(home).resolve(`${front.host}/app`, amd64)
    await expect(resolving).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' })
    expect(authorized(server.seen)).toEqual([false])
  })
  it('end', async () => {
    await using home = await testHome()
    await using server = await serveImage(image, (request, response) => {
      if (!request.url.startsWith('/v2/app')) return false
      response.writeHead(302, { location: `${request.url}1` }).end()
      return true
    })
    await expect(testRegistry(home).resolve(`${server.host}/app`, amd64)).rejects.toMatchObject({
      code: 'REGISTRY_REDIRECT_REFUSED',
    })
    expect(server.seen.length).toBeLessThan(15)
  })
  it.each(['file:///etc/passwd', 'ftp://127.0.0.1/', 'http://', ''])('do not lead to %j', async location => {
    await using home = await testHome()
    await using server = await serveImage(image, (request, response) => {
      if (request.url === '/v2/') return false
      response.writeHead(307, { location }).end()
      return true
    })
    await expect(testRegistry(home).resolve(`${server.host}/app`, amd64)).rejects.toMatchObject({
      code: 'REGISTRY_REDIRECT_REFUSED',
    })
  })
  it('do not lead to plain HTTP beyond this machine', async () => {
    await using home = await testHome()
    await using server = await serveImage(image, (request, response) => {
      if (request.url === '/v2/') return false
      response.writeHead(307, { location: 'http://registry.invalid/x' }).end()
      return true
    })
    await expect(testRegistry(home).resolve(`${server.host}/app`, amd64)).rejects.toThrow(
      'plain HTTP is only for this machine',
    )
  })
  it.skipIf(opensslAbsent)('do not lead from https to http (skipped without openssl)', async () => {
    await using home = await testHome()
    await using plain = await serveImage(image)
    const twist: Parameters<typeof serveImage>[1] = (request, response) => {
      response.writeHead(307, { location: `${plain.url}${request.url}` }).end()
      return true
    }
    await using server = await serveImage(image, twist, { tls: selfSigned() })
    const registry = testRegistry(home, { insecure: [server.host] })
    await expect(registry.resolve(`${server.host}/app`, amd64)).rejects.toThrow('it leads from https to http')
    expect(plain.seen).toEqual([])
  })
})

describe('challenges', () => {
  it.each([
    '',
    'Bearer',
    'Bearer realm=',
    'Bearer realm="',
    'Bearer realm="not a url"',
    '====,,,"',
    `Basic ${'x'.repeat(9000)}`,
    'Negotiate',
  ])('that are garbage lead to an error, not to a crash: %j', async challenge => {
    await using home = await testHome()
    await using server = await guarded(
      () => 'never',
      () => challenge,
    )
    const resolving = testRegistry(home).resolve(`${server.host}/app`, amd64)
    await expect(resolving).rejects.toMatchObject({
      code: expect.stringMatching(/^REGISTRY_(UNAUTHORIZED|BAD_ANSWER)$/),
    })
  })
  it('are answered once, not for ever', async () => {
    await using home = await testHome()
    await using server = await guarded(
      () => 'never',
      () => 'Basic realm="x"',
    )
    await giveCredentials(home, server.host)
    const error: Error = await testRegistry(home)
      .resolve(`${server.host}/app`, amd64)
      .then(
        () => new Error('found'),
        failure => failure,
      )
    expect(error).toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' })
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/secret|bWU6c2Vjc/)
    expect(server.seen.filter(request => request.url.includes('manifests'))).toHaveLength(2)
  })
})

describe('login', () => {
  it.each([404, 403, 418])('says what answered when it is no registry: %i', async status => {
    await using home = await testHome()
    await using server = await serve((_, response) => void response.writeHead(status).end('<html>'))
    const logging = testRegistry(home).login({ server: server.host, username: 'me', password: 'secret' })
    await expect(logging).rejects.toThrow(`logging in to ${server.host}: it answered ${status}`)
    expect(server.seen.some(request => request.headers['authorization'] !== undefined)).toBe(false)
  })
})

describe('token servers', () => {
  const withTokens = async (
    use: (setup: { home: TestHome; server: TestServer; tokens: TestServer }) => Promise<void>,
    answer: (request: SeenRequest) => string = () => '{"token":"good","expires_in":300}',
  ): Promise<void> => {
    await using home = await testHome()
    await using tokens = await serve((request, response) => void response.end(answer(request)))
    const challenge = `Bearer realm="${tokens.url}/token?x=1",service="it's, a \\"service\\"",scope="repository:other/secret:pull,push"`
    await using server = await guarded(
      () => 'Bearer good',
      () => challenge,
    )
    await use({ home, server, tokens })
  }
  const resolve = ({ home, server }: { home: TestHome; server: TestServer }): Promise<unknown> =>
    testRegistry(home).resolve(`${server.host}/team/app`, amd64)

  it('are asked anonymously for our own scope, once for many requests', async () => {
    await withTokens(async setup => {
      await resolve(setup)
      expect(setup.tokens.seen).toHaveLength(1)
      const query = new URL(setup.tokens.seen[0]?.url ?? '', 'http://x').searchParams
      expect([...query]).toEqual([
        ['x', '1'],
        ['service', `it's, a "service"`],
        ['scope', 'repository:team/app:pull'],
      ])
      expect(setup.tokens.seen[0]?.headers['authorization']).toBeUndefined()
    })
  })
  it('get name and password by basic authentication', async () => {
    await withTokens(async setup => {
      await giveCredentials(setup.home, `${setup.server.host}/team`)
      await resolve(setup)
      expect(setup.tokens.seen[0]?.headers['authorization']).toBe(basic)
      expect(setup.tokens.seen[0]?.url).toContain('account=me')
    })
  })
  it('get identity tokens as a form', async () => {
    await withTokens(async setup => {
      await giveCredentials(setup.home, setup.server.host, { identitytoken: 'refresh me' })
      await resolve(setup)
      const [request] = setup.tokens.seen
      expect(request?.method).toBe('POST')
      const form = new URLSearchParams(request?.body.toString())
      expect(form.get('refresh_token')).toBe('refresh me')
      expect(form.get('grant_type')).toBe('refresh_token')
      expect(form.get('scope')).toBe('repository:team/app:pull')
    })
  })
  it('are asked again when a token has expired', async () => {
    await using home = await testHome()
    let round = 0
    await using tokens = await serve(
      (_, response) => void response.end(JSON.stringify({ access_token: `t${++round}` })),
    )
    await using server = await guarded(
      () => `Bearer t${Math.max(2, round)}`,
      () => `Bearer realm="${tokens.url}/"`,
    )
    const registry = testRegistry(home)
    await expect(registry.resolve(`${server.host}/app`, amd64)).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' })
    await registry.resolve(`${server.host}/app`, amd64)
    expect(round).toBe(2)
  })
  it.each([
    '',
    '[]',
    'null',
    '{}',
    '{"token":""}',
    '{"token":7}',
    '{"token":"a\\r\\nX-Evil: 1"}',
    '{"token":"\\u0000"}',
  ])('that lie are found out: %s', async answer => {
    await withTokens(
      async setup => expect(resolve(setup)).rejects.toMatchObject({ code: 'REGISTRY_BAD_ANSWER' }),
      () => answer,
    )
  })
  it('must not answer endlessly', async () => {
    await using home = await testHome()
    await using tokens = await serve((_, response) => writeEndlessly(response))
    await using server = await guarded(
      () => 'never',
      () => `Bearer realm="${tokens.url}/"`,
    )
    await expect(testRegistry(home).resolve(`${server.host}/app`, amd64)).rejects.toMatchObject({
      code: 'REGISTRY_TOO_LARGE',
    })
  })
  it.skipIf(opensslAbsent)('of an https registry must be https too (skipped without openssl)', async () => {
    await using home = await testHome()
    await using tokens = await serve((_, response) => void response.end('{"token":"x"}'))
    await using server = await guarded(
      () => 'never',
      () => `Bearer realm="${tokens.url}/"`,
      { tls: selfSigned() },
    )
    await giveCredentials(home, server.host)
    const registry = testRegistry(home, { insecure: [server.host] })
    await expect(registry.resolve(`${server.host}/app`, amd64)).rejects.toMatchObject({ code: 'REGISTRY_BAD_ANSWER' })
    expect(tokens.seen).toEqual([])
  })
})

describe.skipIf(opensslAbsent)('TLS (skipped without openssl)', () => {
  const tls = opensslAbsent ? { cert: '', key: '' } : selfSigned()
  it('with an unknown certificate is refused', async () => {
    await using home = await testHome()
    await using server = await serveImage(image, undefined, { tls })
    await expect(testRegistry(home).resolve(`${server.host}/app`, amd64)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      message: expect.stringContaining('self-signed certificate'),
    })
  })
  it('with an authority in certs.d is fine', async () => {
    await using home = await testHome()
    await using server = await serveImage(image, undefined, { tls })
    home.env['XDG_CONFIG_HOME'] = home.path
    await home.write(`containers/certs.d/${server.host}/ca.crt`, tls.cert)
    await expect(testRegistry(home).resolve(`${server.host}/app`, amd64)).resolves.toMatchObject({
      digest: image.digest,
    })
  })
  it('is not checked where registries.conf says insecure', async () => {
    await using home = await testHome()
    await using server = await serveImage(image, undefined, { tls })
    await home.write('registries.conf', `[[registry]]\nlocation = "${server.host}"\ninsecure = true\n`)
    await expect(testRegistry(home).resolve(`${server.host}/app`, amd64)).resolves.toMatchObject({
      digest: image.digest,
    })
  })
})
