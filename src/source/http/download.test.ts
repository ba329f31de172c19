import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { PassThrough, type Writable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Digest } from '../../oci/index.ts'
import { type Answer, serve, type TestServer } from '../../testkit/http-server.ts'
import { selfSigned } from '../../testkit/self-signed.ts'
import { type Download, type DownloadOptions, download } from './download.ts'

const DIRECT = { proxyFor: () => undefined, authorities: async () => [] }

interface Got {
  readonly result: Download
  readonly text: string
}

async function get(url: string, options: Partial<DownloadOptions> = {}): Promise<Got> {
  const chunks: Buffer[] = []
  const sink = (): Writable => new PassThrough().on('data', (chunk: Buffer) => void chunks.push(chunk))
  const result = await download(url, { sink, network: DIRECT, userAgent: 'test', ...options })
  return { result, text: Buffer.concat(chunks).toString() }
}

const sha256 = (text: string): Digest => `sha256:${createHash('sha256').update(text).digest('hex')}`

function answering(text: string, headers: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  return serve((_, response) => void response.writeHead(200, headers).end(text))
}

describe('a file', () => {
  it('comes with its digest, date, ETag and type', async () => {
    await using server = await answering('hello', {
      'last-modified': 'Wed, 01 Jan 2020 00:00:00 GMT',
      etag: '"1"',
      'content-type': 'text/plain',
    })
    const { result, text } = await get(`${server.url}/f`)
    expect(text).toBe('hello')
    expect(result).toEqual({
      unchanged: false,
      digest: sha256('hello'),
      lastModifiedMs: Date.parse('2020-01-01T00:00:00Z'),
      etag: '"1"',
      contentType: 'text/plain',
    })
    expect(server.seen[0]?.headers).toMatchObject({ 'user-agent': 'test', 'accept-encoding': 'identity' })
  })
  it('has no date when the server gives none, or none that is one', async () => {
    await using server = await answering('x', { 'last-modified': 'yesterday' })
    expect((await get(server.url)).result).toMatchObject({ lastModifiedMs: undefined, etag: undefined })
  })
  it('is compared with its checksum, by whatever algorithm', async () => {
    await using server = await answering('hello')
    const sha512 = `sha512:${createHash('sha512').update('hello').digest('hex')}` as Digest
    expect((await get(server.url, { checksum: sha512 })).result).toMatchObject({ digest: sha512 })
    await expect(get(server.url, { checksum: sha256('other') })).rejects.toMatchObject({
      code: 'SOURCE_CHECKSUM_MISMATCH',
      facts: { expected: sha256('other'), actual: sha256('hello') },
    })
  })
  it('that is encoded without being asked to be is decoded, as by BuildKit', async () => {
    await using server = await serve(
      (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('hello')),
    )
    expect((await get(server.url)).text).toBe('hello')
  })
})

describe('a file that is known', () => {
  const answer: Answer = (request, response) => {
    const same = request.headers['if-none-match'] === '"1"'
    if (same) response.writeHead(304).end()
    else response.writeHead(200, { etag: '"1"' }).end('hello')
  }
  it('is not sent again', async () => {
    await using server = await serve(answer)
    expect(await get(server.url, { knownEtag: '"1"' })).toEqual({ result: { unchanged: true }, text: '' })
    expect((await get(server.url, { knownEtag: '"0"' })).text).toBe('hello')
  })
})

describe('redirects', () => {
  const moved =
    (location: string, status = 302): Answer =>
    (request, response) => {
      if (request.url === '/new') response.end('moved')
      else response.writeHead(status, { location }).end()
    }
  it.each([301, 302, 303, 307, 308])('%i is followed', async status => {
    await using server = await serve(moved('/new', status))
    expect((await get(`${server.url}/old`)).text).toBe('moved')
  })
  it.each([204, 300])('%i without an address is an answer, as for BuildKit', async status => {
    await using server = await serve((_, response) => void response.writeHead(status).end())
    expect((await get(server.url)).text).toBe('')
  })
  it('end somewhere', async () => {
    await using server = await serve(moved('/old'))
    await expect(get(`${server.url}/old`)).rejects.toThrow('more than 10 redirects')
    expect(server.seen).toHaveLength(11)
  })
  it.each(['file:///etc/passwd', 'ftp://h.example/f', 'http://', 'data:text/plain,x'])('lead to no %s', async to => {
    await using server = await serve(moved(to))
    await expect(get(`${server.url}/old`)).rejects.toThrow(/redirected to something that is no web address/)
  })
  it('take the password along within the origin, and to no other', async () => {
    await using other = await answering('other')
    await using server = await serve((request, response) => {
      if (request.url === '/a') response.writeHead(302, { location: '/b' }).end()
      else response.writeHead(302, { location: other.url }).end()
    })
    expect((await get(`${server.url.replace('//', '//me:s3%63ret@')}/a`)).text).toBe('other')
    const basic = `Basic ${Buffer.from('me:s3cret').toString('base64')}`
    expect(server.seen.map(({ headers }) => headers['authorization'])).toEqual([basic, basic])
    expect(other.seen.map(({ headers }) => headers['authorization'])).toEqual([undefined])
  })
  it('a password that a redirect names is not used', async () => {
    await using other = await answering('other')
    await using server = await serve(moved(other.url.replace('//', '//me:s3cret@')))
    await get(`${server.url}/old`)
    expect(other.seen[0]?.headers['authorization']).toBeUndefined()
  })
})

describe('https', () => {
  it('trusts the authorities that it is told to trust, and no others', async () => {
    const tls = await selfSigned()
    await using server = await serve((_, response) => void response.end('safe'), { tls })
    const network = { ...DIRECT, authorities: async () => [tls.cert] }
    expect((await get(server.url, { network })).text).toBe('safe')
    await expect(get(server.url)).rejects.toThrow(/self-signed certificate/)
  })
  it('is never left by a redirect', async () => {
    const tls = await selfSigned()
    await using plain = await answering('plain')
    await using server = await serve((_, response) => void response.writeHead(302, { location: plain.url }).end(), {
      tls,
    })
    const network = { ...DIRECT, authorities: async () => [tls.cert] }
    await expect(get(server.url, { network })).rejects.toThrow('redirected from https to an unencrypted address')
    expect(plain.seen).toEqual([])
  })
})

describe('proxies', () => {
  it('are asked for http, by the whole address', async () => {
    await using server = await answering('through')
    const tunnels: string[] = []
    await using proxy = await serve((_, response) => void response.writeHead(500).end())
    proxy.onConnect((name, socket) => {
      tunnels.push(name)
      const port = Number(server.host.split(':')[1])
      const out = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
      out.pipe(socket).pipe(out)
      for (const end of [out, socket]) end.on('error', () => [out, socket].map(each => each.destroy()))
    })
    const network = { ...DIRECT, proxyFor: (url: URL) => (url.host === 'h.invalid' ? proxy.url : undefined) }
    expect((await get('http://h.invalid/f', { network })).text).toBe('through')
    expect(tunnels).toEqual(['h.invalid:80'])
  })
})

describe('errors', () => {
  it.each([
    [304, /invalid response status 304/, undefined],
    [401, /invalid response status 401/, /cannot log in/],
    [403, /invalid response status 403/, /cannot log in/],
    [404, /invalid response status 404/, /address right/],
    [500, /invalid response status 500/, undefined],
  ])('status %i', async (status, message, hint) => {
    await using server = await serve((_, response) => void response.writeHead(status).end('body'))
    const failed = get(`${server.url}/f`)
    await expect(failed).rejects.toMatchObject({
      code: 'SOURCE_DOWNLOAD_FAILED',
      message: expect.stringMatching(message),
      hint: hint === undefined ? undefined : expect.stringMatching(hint),
      facts: { status },
    })
  })
  it('never show a password', async () => {
    await using server = await serve((_, response) => void response.writeHead(404).end())
    const failed = await get(`${server.url.replace('//', '//me:s3cret@')}/f`).catch((error: unknown) => error)
    const { message, facts } = failed as Error & { facts: object }
    expect(message).toContain('//xxxxx@127.0.0.1')
    expect(JSON.stringify([message, facts])).not.toContain('s3cret')
  })
  it('nobody there', async () => {
    await expect(get('http://127.0.0.1:1/f')).rejects.toThrow(/downloading http:\/\/127.0.0.1:1\/f: .*ECONNREFUSED/)
  })
  it('a body that breaks off', async () => {
    await using server = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('begin')
      setImmediate(() => response.destroy())
    })
    await expect(get(server.url)).rejects.toMatchObject({
      code: 'SOURCE_DOWNLOAD_FAILED',
      message: expect.stringContaining('it broke off'),
    })
  })
  it.each([
    ['a server that does not answer', () => undefined],
    ['a server that stops in the middle', (_, response) => void response.writeHead(200).write('begin')],
  ] satisfies [string, Answer][])('%s', async (_, answer) => {
    await using server = await serve(answer)
    await expect(get(server.url, { timeouts: { connectMs: 1000, idleMs: 300 } })).rejects.toMatchObject({
      code: 'SOURCE_DOWNLOAD_FAILED',
      message: expect.stringMatching(/timeout/i),
    })
  })
  it('a signal ends it', async () => {
    const stop = new AbortController()
    await using server = await serve((_, response) => {
      response.writeHead(200).write('begin')
      setImmediate(() => stop.abort(new Error('stopped')))
    })
    await expect(get(server.url, { signal: stop.signal })).rejects.toThrow('stopped')
  })
  it('a disk that takes no more is the disk’s error', async () => {
    await using server = await answering('hello')
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write', errno: -28 })
    const sink = (): Writable => {
      const stream = new PassThrough()
      void once(stream, 'pipe').catch(() => undefined)
      stream._transform = (_chunk, _encoding, done) => done(full)
      return stream
    }
    await expect(download(server.url, { sink, network: DIRECT, userAgent: 'test' })).rejects.not.toMatchObject({
      code: 'SOURCE_DOWNLOAD_FAILED',
    })
  })
  it.each(['ftp://h.example/f', 'no url'])('%s', async url => {
    await expect(get(url)).rejects.toMatchObject({ code: 'SOURCE_DOWNLOAD_FAILED' })
  })
})
