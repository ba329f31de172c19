import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { parsePlatform } from '../../oci/index.ts'
import { serve } from '../../testkit/http-server.ts'
import { sampleImage } from '../../testkit/sample-image.ts'
import { serveImage } from '../../testkit/small-registry.ts'
import { testHome, testRegistry } from '../test-home.fixture.ts'
import { proxyFor } from './proxy.ts'

describe('the proxy of a URL', () => {
  const env = {
    HTTPS_PROXY: 'http://p:1',
    http_proxy: 'q:2',
    NO_PROXY: 'a.example, .b.example,10.0.0.0/8,c.example:8443 [::2]',
  }
  it.each([
    ['https://x.example/', 'http://p:1'],
    ['http://x.example/', 'http://q:2'],
    ['https://localhost:5000/', undefined],
    ['https://127.0.0.2/', undefined],
    ['https://[::1]/', undefined],
    ['https://a.example/', undefined],
    ['https://sub.a.example/', undefined],
    ['https://nota.example/', 'http://p:1'],
    ['https://sub.b.example/', undefined],
    ['https://10.1.2.3/', undefined],
    ['https://11.1.2.3/', 'http://p:1'],
    ['https://c.example:8443/', undefined],
    ['https://c.example/', 'http://p:1'],
    ['https://[::2]/', undefined],
  ])('%s -> %s', (url, proxy) => {
    expect(proxyFor(new URL(url), env)).toBe(proxy)
  })
  it('is none with NO_PROXY=*, or without the variables', () => {
    expect(proxyFor(new URL('https://x.example/'), { HTTPS_PROXY: 'p', NO_PROXY: '*' })).toBeUndefined()
    expect(proxyFor(new URL('https://x.example/'), {})).toBeUndefined()
  })
})

it('a registry is reached through the proxy', async () => {
  const image = sampleImage()
  await using home = await testHome()
  await using target = await serveImage(image)
  await using proxy = await serve((_, response) => void response.writeHead(500).end())
  const port = Number(target.host.split(':')[1])
  const tunnels: string[] = []
  proxy.onConnect((name, socket) => {
    tunnels.push(name)
    const out = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
    out.pipe(socket).pipe(out)
    for (const end of [out, socket]) end.on('error', () => [out, socket].map(each => each.destroy()))
  })
  Object.assign(home.env, { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url })
  const registry = testRegistry(home, { insecure: ['registry.invalid:80'] })
  const found = await registry.resolve('registry.invalid:80/app', parsePlatform('linux/amd64'))
  expect(found.digest).toBe(image.digest)
  expect(tunnels).toContain('registry.invalid:80')
})
