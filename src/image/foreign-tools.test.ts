import { execFileSync, spawnSync } from 'node:child_process'
import { once as onceEvent } from 'node:events'
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Bytes } from '../oci/index.ts'
import { collect, smallImage, tarOf, temporaryDirectory, temporaryFile } from './archive.fixture.ts'
import type { ImageToWrite, OpenedImages } from './archive.ts'
import { openImages } from './read/open-images.ts'
import { writeDockerArchive, writeOciArchive } from './write/archives.ts'

function isInstalled(tool: string): boolean {
  return spawnSync(tool, ['--version']).error === undefined
}

function run(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

const { image, tars } = smallImage(['one\n', 'two\n'])
const IMAGE: ImageToWrite = { names: ['docker.io/library/small:1'], image }

async function written(write: typeof writeDockerArchive): Promise<string> {
  const path = join(temporaryDirectory(), 'image.tar')
  const out = createWriteStream(path)
  await write([IMAGE], chunk => {
    if (!out.write(chunk)) return onceEvent(out, 'drain').then(() => {})
    return undefined
  })
  out.end()
  await onceEvent(out, 'finish')
  return path
}

function open(path: string): Promise<OpenedImages> {
  return openImages(
    { path },
    { spoolDirectory: temporaryDirectory(), platform: { os: 'linux', architecture: 'amd64' } },
  )
}

async function expectOurImage(path: string, format: string): Promise<void> {
  await using opened = await open(path)
  expect(opened.format).toBe(format)
  expect(opened.images.map(({ image: { id } }) => id)).toEqual([image.id])
  for (const [i, layer] of (opened.images[0]?.image.layers ?? []).entries())
    expect(await collect(layer.uncompressed())).toEqual(tars[i])
}

describe.skipIf(!isInstalled('skopeo'))('skopeo', () => {
  it('reads both archives and inspects the same image', async () => {
    const docker = await written(writeDockerArchive)
    const oci = await written(writeOciArchive)
    for (const source of [`docker-archive:${docker}`, `oci-archive:${docker}`, `oci-archive:${oci}`]) {
      const config = run('skopeo', 'inspect', '--config', '--raw', source)
      expect(config).toBe(Buffer.from(image.configBytes).toString())
    }
    expect(
      JSON.parse(run('skopeo', 'inspect', `docker-archive:${docker}:docker.io/library/small:1`)).Layers,
    ).toHaveLength(2)
  })

  it.each([
    ['docker-archive:%/out.tar:small:1', 'out.tar', 'docker-archive'],
    ['oci-archive:%/out.tar:small:1', 'out.tar', 'oci-archive'],
    ['oci:%/out:small:1', 'out', 'oci-layout'],
  ])('writes what we read: %s', async (target, name, format) => {
    const directory = temporaryDirectory()
    run(
      'skopeo',
      '--insecure-policy',
      'copy',
      '-q',
      `oci-archive:${await written(writeOciArchive)}`,
      target.replace('%', directory),
    )
    await expectOurImage(join(directory, name), format)
  })
})

describe.skipIf(!isInstalled('umoci'))('umoci', () => {
  it('unpacks the OCI archive', async () => {
    const directory = temporaryDirectory()
    mkdirSync(join(directory, 'layout'))
    run('tar', '-xf', await written(writeOciArchive), '-C', join(directory, 'layout'))
    run('umoci', 'unpack', '--rootless', '--image', `${directory}/layout:1`, join(directory, 'bundle'))
    expect(readFileSync(join(directory, 'bundle/rootfs/file-1'), 'utf8')).toBe('two\n')
  })
})

/** Podman needs root (or a user namespace) and leaves mounts to its own storage; both are this test's own. */
const PODMAN = isInstalled('podman') && process.getuid?.() === 0

describe.skipIf(!PODMAN)('podman', () => {
  it.each([
    ['docker-archive', writeDockerArchive],
    ['oci-archive', writeOciArchive],
  ] as const)('loads and saves a %s', async (format, write) => {
    const directory = temporaryDirectory()
    const podman = (...args: string[]): string =>
      run('podman', '--root', `${directory}/root`, '--runroot', `${directory}/run`, '--storage-driver', 'vfs', ...args)
    expect(podman('load', '-q', '-i', await written(write))).toContain('docker.io/library/small:1')
    expect(JSON.parse(podman('image', 'inspect', 'small:1'))[0].Id).toBe(image.id.slice(7))
    podman('save', '-q', '--format', format, '-o', `${directory}/saved.tar`, 'small:1')
    await expectOurImage(`${directory}/saved.tar`, format)
  })
})

/** As host/ gives it. */
async function* filter(program: string, args: readonly string[], input: Bytes): Bytes {
  yield execFileSync(program, args, { input: await collect(input), maxBuffer: 1 << 26 })
}

describe('tar', () => {
  it.each(['gzip', 'xz', 'bzip2', 'zstd'])('an archive compressed by %s is read', async compressor => {
    const plain = readFileSync(await written(writeDockerArchive))
    const { error, stdout } = spawnSync(compressor, ['-c'], { input: plain })
    if (error) return expect(error).toMatchObject({ code: 'ENOENT' })
    const path = temporaryFile(stdout)
    await using opened = await openImages(
      { path },
      { spoolDirectory: temporaryDirectory(), platform: { os: 'linux', architecture: 'amd64' }, filter },
    )
    expect(opened.images[0]?.image.id).toBe(image.id)
    return undefined
  })

  it.each(['xz', 'bzip2'])('a layer compressed by %s is handed on as a plain one', async compressor => {
    const { error, stdout } = spawnSync(compressor, ['-c'], { input: tars[0] })
    if (error) return expect(error).toMatchObject({ code: 'ENOENT' })
    const path = temporaryFile(
      tarOf([
        ['config', image.configBytes],
        ['0', stdout],
        ['1', tars[1]],
        ['manifest.json', JSON.stringify([{ Config: 'config', Layers: ['0', '1'] }])],
      ]),
    )
    await using opened = await openImages(
      { path },
      { spoolDirectory: temporaryDirectory(), platform: { os: 'linux', architecture: 'amd64' }, filter },
    )
    const [found] = opened.images
    const layer = found?.image.layers[0]
    expect(layer?.descriptor).toEqual({
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      digest: layer?.diffId,
      size: tars[0]?.length,
    })
    if (found && layer?.descriptor) expect(await collect(found.blobs.open(layer.descriptor))).toEqual(tars[0])
    return undefined
  })

  it('packs a layout directory in its own order and dialect', async () => {
    const directory = temporaryDirectory()
    run('tar', '-xf', await written(writeOciArchive), '-C', directory)
    for (const format of ['gnu', 'pax', 'ustar', 'v7']) {
      const path = join(temporaryDirectory(), 'layout.tar')
      run('tar', `--format=${format}`, '-cf', path, '-C', directory, '.')
      await expectOurImage(path, 'oci-archive')
    }
  })

  it('leaves no spool file behind', async () => {
    const spoolDirectory = temporaryDirectory()
    writeFileSync(join(spoolDirectory, 'mine'), '')
    await using opened = await openImages(
      { stream: readAll(await written(writeDockerArchive)) },
      { spoolDirectory, platform: { os: 'linux', architecture: 'amd64' } },
    )
    expect(opened.images).toHaveLength(1)
    expect(run('ls', spoolDirectory).trim()).toBe('mine')
  })
})

async function* readAll(path: string): AsyncGenerator<Uint8Array> {
  yield readFileSync(path)
}
