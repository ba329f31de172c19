import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { digestOf, parsePlatform } from '../oci/index.ts'
import { serve } from '../testkit/http-server.ts'
import { readAll } from '../testkit/read-all.ts'
import { type SampleImage, sampleImage } from '../testkit/sample-image.ts'
import { notFound, serveImage, type Twist, writeEndlessly } from '../testkit/small-registry.ts'
import type { RegistryOptions } from './registry.ts'
import { testHome, testRegistry } from './test-home.fixture.ts'

const amd64 = parsePlatform('linux/amd64')
const image = sampleImage([200_000])
const layer = image.layers[0]?.descriptor ?? image.config.descriptor
const isLayer = (url: string): boolean => url.includes(layer.digest)

/** Resolves the image from a registry with a twist. */
async function resolveFrom(
  twist: Twist,
  held: SampleImage = image,
  options: Partial<RegistryOptions> = {},
): Promise<unknown> {
  await using home = await testHome()
  await using server = await serveImage(held, twist)
  return await testRegistry(home, options).resolve(`${server.host}/app:1`, amd64)
}

/** Reads the layer from a registry with a twist. */
async function readFrom(twist: Twist, options: Partial<RegistryOptions> = {}): Promise<Buffer> {
  await using home = await testHome()
  await using server = await serveImage(image, twist)
  return await readAll(testRegistry(home, options).blobs(`${server.host}/app`).open(layer))
}

const manifest = (change: (value: Record<string, unknown>) => void): SampleImage => {
  const value = JSON.parse(Buffer.from(image.manifest.bytes).toString())
  change(value)
  const bytes = Buffer.from(JSON.stringify(value))
  return { ...image, manifest: { mediaType: image.manifest.mediaType, bytes }, digest: digestOf(bytes) }
}

describe('manifests from a hostile registry', () => {
  it('must have the digest that was announced', async () => {
    const lie: Twist = (request, response) => {
      if (!request.url.includes('/manifests/')) return false
      response.setHeader('docker-content-digest', digestOf('another'))
      response.end(image.manifest.bytes)
      return true
    }
    await expect(resolveFrom(lie)).rejects.toMatchObject({ code: 'REGISTRY_DIGEST_MISMATCH' })
  })
  it('must have the digest that was asked for, whatever is announced', async () => {
    await using home = await testHome()
    await using server = await serveImage(image)
    const asked = digestOf('wanted')
    const resolving = testRegistry(home).resolve(`${server.host}/app@${asked}`, amd64)
    await expect(resolving).rejects.toMatchObject({
      code: 'REGISTRY_DIGEST_MISMATCH',
      facts: { expected: asked, actual: image.digest },
    })
  })
  it('must end', async () => {
    const endless: Twist = (request, response) => {
      if (request.url.includes('/manifests/')) writeEndlessly(response)
      return request.url.includes('/manifests/')
    }
    await expect(resolveFrom(endless)).rejects.toMatchObject({ code: 'REGISTRY_TOO_LARGE' })
  })
  it('must not be schema 1', async () => {
    const old: Twist = (request, response) => {
      if (!request.url.includes('/manifests/')) return false
      response.setHeader('content-type', 'application/vnd.docker.distribution.manifest.v1+prettyjws')
      response.end('{"schemaVersion":1}')
      return true
    }
    await expect(resolveFrom(old)).rejects.toMatchObject({
      code: 'REGISTRY_UNSUPPORTED',
      message: expect.stringContaining('schema 1'),
    })
  })
  it('must be of an image', async () => {
    const chart = manifest(value =>
      Object.assign(value['config'] as object, { mediaType: 'application/vnd.helm+json' }),
    )
    await expect(resolveFrom(() => false, chart)).rejects.toMatchObject({ code: 'REGISTRY_UNSUPPORTED' })
  })
  it('must have as many layers as the config', async () => {
    const short = manifest(value => Object.assign(value, { layers: [] }))
    await expect(resolveFrom(() => false, short)).rejects.toThrow('its config has 1 layers, its manifest 0')
  })
  it('must not promise a huge config', async () => {
    const huge = manifest(value => Object.assign(value['config'] as object, { size: 2 ** 40 }))
    await expect(resolveFrom(() => false, huge)).rejects.toMatchObject({ code: 'REGISTRY_TOO_LARGE' })
  })
  it('must be for the platform', async () => {
    await expect(resolveFrom(() => false, sampleImage([10], 'riscv64'))).rejects.toMatchObject({
      code: 'REGISTRY_NO_PLATFORM',
      message: expect.stringContaining('there is linux/riscv64'),
    })
  })
})

describe('blobs from a hostile registry', () => {
  const answering =
    (send: (response: Parameters<Twist>[1]) => void): Twist =>
    (request, response) => {
      if (isLayer(request.url)) send(response)
      return isLayer(request.url)
    }
  it('with wrong bytes never show their last chunk', async () => {
    const wrong = Buffer.alloc(layer.size, 'x')
    await using home = await testHome()
    await using server = await serveImage(
      image,
      answering(response => void response.end(wrong)),
    )
    let received = 0
    const reading = (async () => {
      for await (const chunk of testRegistry(home).blobs(`${server.host}/app`).open(layer)) received += chunk.length
    })()
    await expect(reading).rejects.toMatchObject({ code: 'BLOB_DIGEST_MISMATCH', facts: { expected: layer.digest } })
    expect(received).toBeLessThan(layer.size)
  })
  it('must have the length they announce', async () => {
    const long = answering(
      response => void response.setHeader('content-length', layer.size + 1).end(Buffer.alloc(layer.size + 1)),
    )
    await expect(readFrom(long)).rejects.toMatchObject({ code: 'BLOB_SIZE_MISMATCH' })
  })
  it('must not be short', async () => {
    const short = answering(response => {
      response.write('only this')
      response.end()
    })
    await expect(readFrom(short)).rejects.toMatchObject({ code: 'BLOB_SIZE_MISMATCH' })
  })
  it('must end', async () => {
    await expect(readFrom(answering(writeEndlessly))).rejects.toMatchObject({ code: 'BLOB_SIZE_MISMATCH' })
  })
  it('must not come from elsewhere', async () => {
    await using home = await testHome()
    const foreign = {
      ...layer,
      mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      urls: ['http://127.0.0.1:1/'],
    }
    const reading = readAll(testRegistry(home).blobs('127.0.0.1:1/app').open(foreign))
    await expect(reading).rejects.toMatchObject({ code: 'REGISTRY_UNSUPPORTED' })
  })
})

describe('a connection that breaks', () => {
  const content = image.contents.get(layer.digest) ?? Buffer.alloc(0)
  const half = Math.floor(content.length / 2)
  const cutAt = async (response: Parameters<Twist>[1], from: number): Promise<void> => {
    response.setHeader('content-length', content.length - from)
    response.write(content.subarray(from, from + half), () => response.destroy())
  }

  it('is taken up where it broke', async () => {
    const ranges: unknown[] = []
    const twist: Twist = (request, response) => {
      if (!isLayer(request.url)) return false
      ranges.push(request.headers['range'])
      const from = Number(/bytes=(\d+)-/.exec(String(request.headers['range']))?.[1] ?? 0)
      if (from === 0) {
        void cutAt(response, 0)
        return true
      }
      response.writeHead(206, { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` })
      response.end(content.subarray(from))
      return true
    }
    expect(digestOf(await readFrom(twist))).toBe(layer.digest)
    expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=\d+-$/)])
  })
  it('is read again from the start where ranges are not known', async () => {
    let attempts = 0
    const twist: Twist = (request, response) => {
      if (!isLayer(request.url) || ++attempts > 1) return false
      void cutAt(response, 0)
      return true
    }
    expect(digestOf(await readFrom(twist))).toBe(layer.digest)
    expect(attempts).toBe(2)
  })
  it('is given up in the end', async () => {
    let attempts = 0
    const twist: Twist = (request, response) => {
      if (!isLayer(request.url)) return false
      attempts++
      void cutAt(response, 0)
      return true
    }
    await expect(readFrom(twist, { retries: 2 })).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' })
    expect(attempts).toBe(3)
  })
  it('counts as broken when no byte comes for a while', async () => {
    const stall: Twist = (request, response) => {
      if (!isLayer(request.url)) return false
      response.setHeader('content-length', layer.size)
      response.write('x')
      return true
    }
    await expect(readFrom(stall, { idleTimeoutMs: 50, retries: 0 })).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
    })
  })
  it('can be left at any time', async () => {
    const stopping = new AbortController()
    await using home = await testHome()
    await using server = await serveImage(image, (request, response) => {
      if (!isLayer(request.url)) return false
      response.write('x', () => stopping.abort(new Error('enough')))
      return true
    })
    const reading = readAll(testRegistry(home).blobs(`${server.host}/app`).open(layer, stopping.signal))
    await expect(reading).rejects.toThrow('enough')
  })
})

describe('an overloaded registry', () => {
  const refusing = (
    status: number,
    times: number,
    headers: Record<string, string> = {},
  ): { twist: Twist; count: () => number } => {
    let count = 0
    const twist: Twist = (request, response) => {
      if (!request.url.includes('/manifests/') || ++count > times) return false
      response.writeHead(status, headers).end()
      return true
    }
    return { twist, count: () => count }
  }
  it.each([429, 500, 502, 503])('is asked again after %i', async status => {
    const { twist, count } = refusing(status, 2, { 'retry-after': '0' })
    await expect(resolveFrom(twist)).resolves.toMatchObject({ digest: image.digest })
    expect(count()).toBe(3)
  })
  it('is not asked for ever', async () => {
    const { twist, count } = refusing(429, Number.POSITIVE_INFINITY)
    await expect(resolveFrom(twist, image, { retries: 2 })).rejects.toMatchObject({
      code: 'REGISTRY_TOO_MANY_REQUESTS',
    })
    expect(count()).toBe(3)
  })
  it('cannot make us wait for a day', async () => {
    const { twist, count } = refusing(429, Number.POSITIVE_INFINITY, { 'retry-after': '86400' })
    await expect(resolveFrom(twist)).rejects.toMatchObject({ code: 'REGISTRY_TOO_MANY_REQUESTS' })
    expect(count()).toBe(1)
  })
})

describe('errors', () => {
  it('show what the registry said, without its control characters', async () => {
    const rude: Twist = (request, response) => {
      if (!request.url.includes('/manifests/')) return false
      response.statusCode = 400
      response.end(JSON.stringify({ errors: [{ code: 'NAME_INVALID', message: '\u001b[31mred\nline' }] }))
      return true
    }
    await expect(resolveFrom(rude)).rejects.toThrow('name invalid: \\x1b[31mred\\x0aline')
  })
  it('do not read an endless error body', async () => {
    const endless: Twist = (request, response) => {
      if (!request.url.includes('/manifests/')) return false
      response.statusCode = 404
      writeEndlessly(response)
      return true
    }
    await expect(resolveFrom(endless)).rejects.toMatchObject({ code: 'REGISTRY_NOT_FOUND' })
  })
  it('say that a registry is down', async () => {
    const server = await serve((_, response) => notFound(response))
    await server.close()
    await using home = await testHome()
    const resolving = testRegistry(home).resolve(`${server.host}/app`, amd64)
    await expect(resolving).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      message: expect.stringContaining(`reaching registry ${server.host}: connect ECONNREFUSED`),
      facts: { host: server.host },
    })
  })
  it('come from an index whose entry lies', async () => {
    const index = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: [{ mediaType: image.manifest.mediaType, digest: digestOf('other'), size: 10, platform: amd64 }],
      }),
    )
    const twist: Twist = (request, response) => {
      if (!request.url.endsWith('/manifests/1')) return false
      response.setHeader('content-type', 'application/vnd.oci.image.index.v1+json')
      response.end(index)
      return true
    }
    await expect(resolveFrom(twist)).rejects.toMatchObject({ code: 'REGISTRY_DIGEST_MISMATCH' })
  })
})

it('frees its connection when a reader leaves in the middle', async () => {
  await using home = await testHome()
  const closed = Promise.withResolvers<void>()
  await using server = await serveImage(image, (request, response) => {
    if (!isLayer(request.url)) return false
    response.setHeader('content-length', layer.size)
    response.write(Buffer.alloc(100_000))
    response.write(Buffer.alloc(10))
    void once(response, 'close').then(() => closed.resolve())
    return true
  })
  for await (const chunk of testRegistry(home).blobs(`${server.host}/app`).open(layer)) {
    expect(chunk.length).toBeGreaterThan(0)
    break
  }
  await closed.promise
})
