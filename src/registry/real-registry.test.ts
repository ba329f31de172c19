import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { digestOf, parsePlatform } from '../oci/index.ts'
import { readAll } from '../testkit/read-all.ts'
import {
  REGISTRY_PASSWORD,
  REGISTRY_USER,
  type RegistryProcess,
  registryProgram,
  startRegistry,
} from '../testkit/registry-process.ts'
import { sampleImage } from '../testkit/sample-image.ts'
import type { TransferProgress } from './registry.ts'
import { testHome, testRegistry } from './test-home.fixture.ts'

const run = promisify(execFile)
const amd64 = parsePlatform('linux/amd64')
const absent = registryProgram() === undefined
const noSkopeo = !existsSync('/usr/bin/skopeo')

describe.skipIf(absent)('an open registry (skipped without docker-registry)', () => {
  let server: RegistryProcess
  beforeAll(async () => {
    server = await startRegistry()
  })
  afterAll(() => server.stop())

  it('gives back what was pushed, byte for byte', async () => {
    const image = sampleImage([3_000_000, 10, 70_000])
    await using home = await testHome()
    const registry = testRegistry(home)
    const pushed = await registry.push({ ...image, reference: `${server.host}/app:1` })
    expect(pushed).toMatchObject({ reference: `${server.host}/app:1`, digest: image.digest })
    const found = await registry.resolve(`${server.host}/app:1`, amd64)
    expect(found).toMatchObject({ digest: image.digest, id: image.config.descriptor.digest, platform: amd64 })
    expect(Buffer.compare(found.manifest.bytes, image.manifest.bytes)).toBe(0)
    for (const layer of found.manifest.value.layers) {
      const content = await readAll(found.blobs.open(layer))
      expect(digestOf(content)).toBe(layer.digest)
    }
    expect(await registry.resolveDigest(`${server.host}/app:1`)).toBe(image.digest)
    expect((await registry.resolve(`${server.host}/app@${image.digest}`, amd64)).digest).toBe(image.digest)
  })

  it('sends nothing that is already there', async () => {
    const image = sampleImage([50_000, 60_000])
    await using home = await testHome()
    const registry = testRegistry(home)
    await registry.push({ ...image, reference: `${server.host}/again:1` })
    const opened: string[] = []
    const watch = image.layers.map(layer => ({
      ...layer,
      open: () => {
        opened.push(layer.descriptor.digest)
        return layer.open()
      },
    }))
    const second = await registry.push({ ...image, layers: watch, reference: `${server.host}/again:2` })
    expect(opened).toEqual([])
    expect(second.blobs.map(blob => blob.outcome)).toEqual(['exists', 'exists', 'exists'])
  })

  it('mounts from a repository that has the blob', async () => {
    const image = sampleImage([50_000])
    await using home = await testHome()
    const registry = testRegistry(home)
    await registry.push({ ...image, reference: `${server.host}/source/one:1` })
    const mountFrom = ['elsewhere.example/x', `${server.host}/nothing/here`, `${server.host}/source/one`]
    const layers = image.layers.map(layer => ({ ...layer, mountFrom: mountFrom.toReversed() }))
    const result = await registry.push({ ...image, layers, reference: `${server.host}/target:1` })
    expect(result.blobs.find(blob => blob.descriptor === image.layers[0]?.descriptor)?.outcome).toBe('mounted')
    const refused = image.layers.map(layer => ({ ...layer, mountFrom }))
    const other = await registry.push({ ...image, layers: refused, reference: `${server.host}/target-two:1` })
    expect(other.blobs.map(blob => blob.outcome)).toEqual(['uploaded', 'uploaded'])
  })

  it('reports progress up to the whole size', async () => {
    const image = sampleImage([500_000])
    const seen: TransferProgress[] = []
    const onProgress = (progress: TransferProgress): void => void seen.push(progress)
    await using home = await testHome()
    await testRegistry(home).push({ ...image, reference: `${server.host}/progress:1`, onProgress })
    const [layer] = image.layers
    const ofLayer = seen.filter(progress => progress.descriptor.digest === layer?.descriptor.digest)
    expect(ofLayer.at(-1)).toMatchObject({ currentBytes: layer?.descriptor.size, outcome: 'uploaded' })
    expect(ofLayer.length).toBeGreaterThan(3)
  })

  it('names what is not there', async () => {
    await using home = await testHome()
    const registry = testRegistry(home)
    await expect(registry.resolve(`${server.host}/app:nope`, amd64)).rejects.toMatchObject({
      code: 'REGISTRY_NOT_FOUND',
      message: expect.stringContaining(`manifest for ${server.host}/app:nope not found`),
    })
    const blob = { mediaType: 'a/b', digest: digestOf('nothing'), size: 7 }
    await expect(readAll(registry.blobs(`${server.host}/app`).open(blob))).rejects.toMatchObject({
      code: 'BLOB_NOT_FOUND',
    })
  })

  it('refuses to push a blob whose bytes are not those of its descriptor', async () => {
    const image = sampleImage([1000])
    const [layer] = image.layers
    const wrong = Buffer.alloc(layer?.descriptor.size ?? 0, 'x')
    const layers = image.layers.map(one => ({
      ...one,
      open: () => iterate(wrong),
    }))
    await using home = await testHome()
    const registry = testRegistry(home)
    await expect(registry.push({ ...image, layers, reference: `${server.host}/wrong:1` })).rejects.toMatchObject({
      code: 'REGISTRY_REFUSED',
    })
    await expect(registry.resolve(`${server.host}/wrong:1`, amd64)).rejects.toMatchObject({
      code: 'REGISTRY_NOT_FOUND',
    })
  })

  it.each([999, 1001])('refuses to push a blob of another length than its descriptor says: %i', async length => {
    const image = sampleImage([100])
    const layers = image.layers.map(one => ({
      descriptor: { ...one.descriptor },
      open: () => iterate(Buffer.alloc(one.descriptor.size + length - 1000, 'x')),
    }))
    await using home = await testHome()
    const registry = testRegistry(home)
    const pushing = registry.push({ ...image, layers, reference: `${server.host}/length:1` })
    await expect(pushing).rejects.toMatchObject({ code: 'BLOB_SIZE_MISMATCH' })
  })

  it('moves many layers without a word from Node', async () => {
    const warnings: Error[] = []
    const hear = (warning: Error): void => void warnings.push(warning)
    process.on('warning', hear)
    await using home = await testHome()
    const stopping = new AbortController()
    const image = sampleImage(Array.from({ length: 40 }, (_, i) => i + 1))
    await testRegistry(home).push({ ...image, reference: `${server.host}/many:1` }, stopping.signal)
    await new Promise(resolve => setImmediate(resolve))
    process.off('warning', hear)
    expect(warnings).toEqual([])
  })

  it('lets the error of a broken source out, and stops the other uploads', async () => {
    const image = sampleImage([1000, 1000])
    const broken = new Error('disk on fire')
    const layers = image.layers.map((layer, i) => (i === 0 ? { ...layer, open: () => failing(broken) } : layer))
    await using home = await testHome()
    const registry = testRegistry(home)
    await expect(registry.push({ ...image, layers, reference: `${server.host}/broken:1` })).rejects.toBe(broken)
  })

  it('chooses the platform from an index that skopeo copied', async context => {
    if (noSkopeo) context.skip('skopeo is not installed')
    await using home = await testHome()
    const registry = testRegistry(home)
    const reference = `${server.host}/from-tare:1`
    await registry.push({ ...sampleImage([2000]), reference })
    const { stdout } = await run('skopeo', ['inspect', '--tls-verify=false', `docker://${reference}`])
    expect(JSON.parse(stdout)).toMatchObject({ Architecture: 'amd64', Os: 'linux', Env: ['PATH=/bin'] })
    const dir = join(home.path, 'copy')
    await run('skopeo', ['--insecure-policy', 'copy', '--src-tls-verify=false', `docker://${reference}`, `dir:${dir}`])
    const target = `${server.host}/from-skopeo:1`
    await run('skopeo', [
      '--insecure-policy',
      'copy',
      '--format=v2s2',
      '--dest-tls-verify=false',
      `dir:${dir}`,
      `docker://${target}`,
    ])
    const found = await registry.resolve(target, amd64)
    expect(found.manifest.value.mediaType).toBe('application/vnd.docker.distribution.manifest.v2+json')
    await expect(registry.resolve(target, parsePlatform('linux/arm64'))).rejects.toMatchObject({
      code: 'REGISTRY_NO_PLATFORM',
      facts: { platforms: ['linux/amd64'] },
    })
  })

  it('stops at once when told to', async () => {
    const image = sampleImage([2_000_000])
    const stopping = new AbortController()
    const layers = image.layers.map(layer => ({
      ...layer,
      open: () => stalling(() => stopping.abort(new Error('stopped'))),
    }))
    await using home = await testHome()
    const registry = testRegistry(home)
    const pushing = registry.push({ ...image, layers, reference: `${server.host}/stopped:1` }, stopping.signal)
    await expect(pushing).rejects.toThrow('stopped')
  })

  it('follows a location in registries.conf instead of docker.io', async () => {
    await using home = await testHome()
    await home.write('registries.conf', `[[registry]]\nprefix = "docker.io"\nlocation = "${server.host}/hub"\n`)
    const registry = testRegistry(home)
    const image = sampleImage()
    expect((await registry.push({ ...image, reference: 'alpine' })).reference).toBe('docker.io/library/alpine:latest')
    expect((await registry.resolve('alpine', amd64)).digest).toBe(image.digest)
    const layers = image.layers.map(layer => ({ ...layer, mountFrom: ['docker.io/library/alpine'] }))
    const copy = await registry.push({ ...image, layers, reference: 'docker.io/copy/alpine' })
    expect(copy.blobs.map(blob => blob.outcome)).toContain('mounted')
    expect((await registry.resolve(`${server.host}/hub/library/alpine`, amd64)).digest).toBe(image.digest)
    await expect(registry.resolve('alpine:nope', amd64)).rejects.toThrow('manifest for alpine:nope not found')
  })
})

describe.skipIf(absent)('a registry with basic authentication (skipped without docker-registry)', () => {
  let server: RegistryProcess
  beforeAll(async () => {
    server = await startRegistry({ auth: true })
  })
  afterAll(() => server.stop())
  const login = { username: REGISTRY_USER, password: REGISTRY_PASSWORD }

  it('tells to log in', async () => {
    await using home = await testHome()
    const registry = testRegistry(home)
    await expect(registry.resolve(`${server.host}/app`, amd64)).rejects.toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
      message: expect.stringContaining("may require 'tare login'"),
    })
  })

  it('logs in, pushes, pulls and logs out', async () => {
    await using home = await testHome()
    const registry = testRegistry(home)
    const done = await registry.login({ server: server.host, ...login })
    expect(done).toMatchObject({ message: 'Login Succeeded', server: server.host })
    const file = join(home.path, '.docker/config.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const image = sampleImage()
    await testRegistry(home).push({ ...image, reference: `${server.host}/team/app:1` })
    expect((await testRegistry(home).resolve(`${server.host}/team/app:1`, amd64)).digest).toBe(image.digest)
    expect(await registry.logout(server.host)).toMatchObject({ removed: true })
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ auths: {} })
    await expect(testRegistry(home).resolve(`${server.host}/team/app:1`, amd64)).rejects.toThrow('tare login')
  })

  it('keeps nothing of a wrong password, and says nothing of it', async () => {
    await using home = await testHome()
    const wrong = { server: server.host, username: REGISTRY_USER, password: 'hunter2' }
    const error: Error = await testRegistry(home)
      .login(wrong)
      .then(
        () => new Error('logged in'),
        failure => failure,
      )
    expect(error.message).toBe(`logging in to ${server.host}: unauthorized: incorrect username or password`)
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hunter2')
    expect(existsSync(join(home.path, '.docker'))).toBe(false)
  })
})

async function* iterate(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function* failing(error: Error): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(10)
  throw error
}

async function* stalling(then: () => void): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(1000)
  then()
  await new Promise(() => undefined)
}
