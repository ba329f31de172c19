import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type CommandResult, runCommand, runOrThrow } from '../../scripts/command.ts'
import { installPrograms } from '../../scripts/debian-programs.ts'
import { buildContext } from '../support/build.ts'
import { buildBusybox } from '../support/busybox.ts'
import { listDirectory } from '../support/outputs/listing.ts'
import { readExpected, readOutputCases } from '../support/outputs/output-cases.ts'
import { PEERS, peersDocker } from '../support/peers.ts'
import { startTestRegistry, type TestRegistry } from '../support/registry.ts'
import { SHARED } from '../support/shared.ts'
import { openSmallDisk } from '../support/small-disk.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { tempFolder } from '../support/temp-folder.ts'

let store: TestStore
let registry: TestRegistry
let folder: ReturnType<typeof tempFolder>

beforeAll(async () => {
  await installPrograms({ skopeo: 'skopeo', umoci: 'umoci', podman: 'podman' }, () => {})
  registry = await startTestRegistry()
  store = openTestStore(registry.env)
  folder = tempFolder()
  await buildBusybox(store)
})
afterAll(async () => {
  folder[Symbol.dispose]()
  store[Symbol.dispose]()
  await registry[Symbol.asyncDispose]()
})

const DOCKERFILE = `FROM busybox
RUN mkdir /d && echo x > /d/f && ln /d/f /d/g
LABEL a=b
`
const SMALL = 'FROM scratch\nCOPY file /file\n'

let places = 0
const place = (name: string): string => join(folder.path, `${places++}`, name)

async function build(dockerfile: string, ...flags: string[]): Promise<CommandResult> {
  return await buildContext(store, { Dockerfile: dockerfile, file: 'text\n' }, flags)
}

async function built(dockerfile: string, ...flags: string[]): Promise<CommandResult> {
  const result = await build(dockerfile, ...flags)
  expect(result.code, result.stderr).toBe(0)
  return result
}

/** A path in a new folder of its own. */
function newPlace(name: string): string {
  const path = place(name)
  mkdirSync(join(path, '..'), { recursive: true })
  return path
}

describe('type=local and type=tar are what BuildKit writes', () => {
  /** BuildKit leaves the places it mounted these at in a root that had none; Tare leaves none. */
  const MOUNTED = ['dev', 'proc', 'sys']

  it.each(readOutputCases().map(each => [each.name, each] as const))('%s', async (_, each) => {
    const expected = readExpected(each)
    const [local, tar, unpacked] = [newPlace('local'), newPlace('out.tar'), newPlace('unpacked')]
    await built(each.dockerfile, ...each.flags, '-o', local, '-o', `type=tar,dest=${tar}`)
    mkdirSync(unpacked)
    await runOrThrow('tar', ['-C', unpacked, '--same-owner', '--numeric-owner', '-p', '-xf', tar])
    const withoutMounted = (listing: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(listing).filter(([path]) => !MOUNTED.includes(path)))
    expect(listDirectory(local)).toEqual(withoutMounted(expected.local))
    expect(listDirectory(unpacked)).toEqual(withoutMounted(expected.tar))
  })
})

describe('-o local', () => {
  it('merges, replaces what is in the way, and follows no link out of the directory', async () => {
    const [dest, outside] = [newPlace('dest'), newPlace('outside')]
    mkdirSync(join(dest, 'd/f'), { recursive: true })
    mkdirSync(outside)
    writeFileSync(join(dest, 'd/kept'), 'kept')
    symlinkSync(outside, join(dest, 'e'))
    await built('FROM scratch\nCOPY file /d/f\nCOPY file /e/file\n', '-o', dest)
    expect(readdirSync(join(dest, 'd')).sort()).toEqual(['f', 'kept'])
    expect(readFileSync(join(dest, 'd/f'), 'utf8')).toBe('text\n')
    expect(readdirSync(outside)).toEqual([])
    expect(lstatSync(join(dest, 'e')).isDirectory()).toBe(true)
  })

  it('an image whose links lead out writes nothing outside', async () => {
    const dest = newPlace('dest')
    const outside = newPlace('outside')
    mkdirSync(outside)
    const links = `ln -s ${outside} /o/a && ln -s ../../../../../../..${outside} /o/x/c`
    await built(
      `FROM busybox AS made\nRUN mkdir -p /o/x && ${links}\nFROM scratch\nCOPY --from=made /o /\n`,
      '-o',
      dest,
    )
    await built('FROM scratch\nCOPY file /a/file\nCOPY file /x/c/file\n', '-o', dest)
    expect(readdirSync(outside)).toEqual([])
    expect(readFileSync(join(dest, 'a/file'), 'utf8')).toBe('text\n')
  })

  it('puts a platform into a directory of its own', async () => {
    const dest = newPlace('dest')
    const tar = newPlace('out.tar')
    const split = 'platform-split=true,dest'
    await built(
      SMALL,
      '--platform',
      'linux/arm64/v8',
      '-o',
      `type=local,${split}=${dest}`,
      '-o',
      `type=tar,${split}=${tar}`,
    )
    expect(readdirSync(dest)).toEqual(['linux_arm64'])
    expect((await runOrThrow('tar', ['-tf', tar])).stdout).toBe('linux_arm64/\nlinux_arm64/file\n')
  })

  it('says which disk is full and leaves no half file', async () => {
    using disk = openSmallDisk(8)
    const dest = join(disk.path, 'dest')
    const result = await build(
      'FROM busybox AS m\nRUN yes | head -c 30000000 > /big\nFROM scratch\nCOPY --from=m /big /\n',
      '-o',
      dest,
    )
    expect(result.code).toBe(1)
    expect(result.stderr).toContain(`writing ${dest}/big: no space left on the disk`)
    expect(result.stderr).toContain(`hint: Make room on the disk of ${dest}`)
    expect(readdirSync(dest)).toEqual([])
  })

  it('names nothing in the store unless -t does', async () => {
    const count = async () => (await store.tare(['images', '-q', '-a'])).stdout.split('\n').length
    const before = await count()
    await built(`${SMALL}LABEL unique=1\n`, '-o', newPlace('dest'))
    expect(await count()).toBe(before)
    const dest = newPlace('dest')
    await built(`${SMALL}LABEL unique=1\n`, '-o', dest, '-t', 'kept-with-output')
    expect(await count()).toBe(before + 1)
    expect(readdirSync(dest)).toEqual(['file'])
  })
})

describe('standard output', () => {
  it('-o - writes the tar and nothing else', async () => {
    const context = newPlace('context')
    mkdirSync(context)
    writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
    for (const flags of [
      ['-o', '-'],
      ['-q', '-o', 'type=tar,dest=-'],
      ['-o', 'type=tar'],
    ]) {
      const file = newPlace('out.tar')
      const result = await store.tare(['build', ...flags, context], { stdoutFile: file })
      expect(result.code, result.stderr).toBe(0)
      expect((await runOrThrow('tar', ['-tf', file])).stdout).toBe('Dockerfile\n')
    }
  })

  it('takes an OCI archive too, once', async () => {
    const context = newPlace('context')
    mkdirSync(context)
    writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
    const file = newPlace('oci.tar')
    await store.tare(['build', '-o', 'type=oci', context], { stdoutFile: file })
    await runOrThrow('skopeo', ['inspect', `oci-archive:${file}`])
    expect((await build(SMALL, '-o', '-', '-o', 'type=oci')).stderr).toContain('only one output can go to standard')
  })
})

describe('archives', () => {
  let oci: string
  let docker: string
  let layout: string

  beforeAll(async () => {
    ;[oci, docker, layout] = [newPlace('oci.tar'), newPlace('docker.tar'), newPlace('layout')]
    const outputs = [`type=oci,dest=${oci}`, `type=docker,dest=${docker}`, `type=oci,tar=false,dest=${layout}`]
    await built(DOCKERFILE, '-t', 'archived:1', '-t', 'other', ...outputs.flatMap(output => ['-o', output]))
  })

  it('are one image, whole in every digest', async () => {
    const config = async (source: string) =>
      (await runOrThrow('skopeo', ['inspect', '--config', '--raw', source])).stdout
    const ours = await config(`oci:${layout}:1`)
    expect(JSON.parse(ours).config.Labels).toEqual({ a: 'b' })
    expect(await config(`oci-archive:${oci}:1`)).toBe(ours)
    expect(await config(`docker-archive:${docker}`)).toBe(ours)
  })

  it.skipIf(!existsSync(join(SHARED, 'tools/compare_oci.py')))(
    'say the same to compare_oci (skipped where ../shared is absent)',
    async () => {
      const compare = join(SHARED, 'tools/compare_oci.py')
      for (const other of [docker, layout]) {
        const compared = await runCommand('python3', [compare, oci, other, '--history', '--mtime'])
        expect(compared.stdout).toContain('EQUAL')
      }
    },
  )

  it('are valid by the schemas of the image-spec', async ({ skip }) => {
    const schemas = join(SHARED, 'vectors/spec_vectors.jsonl')
    skip(!existsSync(schemas), '../shared is absent')
    const validator = await runCommand('python3', ['-c', 'import jsonschema, referencing'])
    skip(validator.code !== 0, 'python3 has no jsonschema')
    const annotated = newPlace('layout')
    const output = `type=oci,tar=false,dest=${annotated}`
    await built(DOCKERFILE, '--annotation', 'a=b', '-o', `${output},compression=zstd`, '-t', 'annotated')
    await built(DOCKERFILE, '-o', output)
    const checker = join(import.meta.dirname, '../support/outputs/check-documents.py')
    const checked = await runOrThrow('python3', [checker, schemas, layout, annotated])
    expect(checked.stdout).toMatch(/^\d+ documents are valid\n$/)
  })

  it('umoci unpacks the layout', async () => {
    const bundle = newPlace('bundle')
    await runOrThrow('umoci', ['unpack', '--image', `${layout}:1`, bundle])
    expect(lstatSync(join(bundle, 'rootfs/d/f')).nlink).toBe(2)
  })

  it('tare loads each of them under its names', async () => {
    using other = openTestStore()
    for (const path of [oci, docker, layout]) {
      const loaded = await other.tare(['load', '-i', path])
      expect(loaded.code, loaded.stderr).toBe(0)
      expect(loaded.stdout).toContain('archived:1')
      await other.tare(['rmi', '-f', 'archived:1', 'other'])
    }
  })

  it('a layout keeps its other images, and a name moves', async () => {
    const again = newPlace('layout')
    const output = `type=oci,tar=false,dest=${again}`
    await built(`${SMALL}LABEL n=1\n`, '-t', 'a:1', '-o', output)
    await built(`${SMALL}LABEL n=2\n`, '-t', 'b:2', '-o', output)
    await built(`${SMALL}LABEL n=3\n`, '-t', 'a:1', '-o', output)
    const label = async (tag: string) =>
      JSON.parse((await runOrThrow('skopeo', ['inspect', '--config', `oci:${again}:${tag}`])).stdout).config.Labels.n
    expect([await label('1'), await label('2')]).toEqual(['3', '2'])
    const index = JSON.parse(readFileSync(join(again, 'index.json'), 'utf8'))
    expect(index.manifests).toHaveLength(2)
    writeFileSync(join(again, 'index.json'), '[]')
    expect((await build(SMALL, '-o', output)).stderr).toContain('its index.json is not an image index')
  })

  it.each([
    ['gzip', 'application/vnd.oci.image.layer.v1.tar+gzip'],
    ['zstd', 'application/vnd.oci.image.layer.v1.tar+zstd'],
    ['uncompressed', 'application/vnd.oci.image.layer.v1.tar'],
  ])('compression=%s is in the manifest and unpacks', async (compression, mediaType) => {
    const path = newPlace('oci.tar')
    await built(DOCKERFILE, '-o', `type=oci,compression=${compression},force-compression=true,dest=${path}`)
    const manifest = JSON.parse((await runOrThrow('skopeo', ['inspect', '--raw', `oci-archive:${path}`])).stdout)
    const types = manifest.layers.map((layer: { mediaType: string }) => layer.mediaType)
    expect(new Set(types)).toEqual(new Set([mediaType]))
    using other = openTestStore()
    const loaded = await other.tare(['load', '-i', path])
    expect(loaded.code, loaded.stderr).toBe(0)
  })

  it('compression-level counts', async () => {
    const made = 'FROM busybox AS m\nRUN seq 1 200000 > /f\nFROM scratch\nCOPY --from=m /f /f\n'
    const sizes = []
    for (const level of [1, 9]) {
      const path = newPlace('oci.tar')
      await built(made, '-o', `type=oci,compression-level=${level},dest=${path}`)
      sizes.push(statSync(path).size)
    }
    expect(sizes[1]).toBeLessThan(sizes[0]!)
  })

  it('the same build and epoch give the same archive', async () => {
    const archives = []
    for (const root of [1, 2]) {
      using other = openTestStore()
      const path = newPlace(`oci-${root}.tar`)
      const flags = ['--build-arg', 'SOURCE_DATE_EPOCH=5', '-o', `type=oci,rewrite-timestamp=true,dest=${path}`]
      const result = await buildContext(other, { Dockerfile: SMALL, file: 'x' }, flags)
      expect(result.code, result.stderr).toBe(0)
      archives.push(readFileSync(path))
    }
    expect(archives[0]!.equals(archives[1]!)).toBe(true)
  })
})

describe('annotations', () => {
  const manifestOf = async (archive: string) =>
    JSON.parse((await runOrThrow('skopeo', ['inspect', '--raw', `oci-archive:${archive}`])).stdout)

  it('are in the manifest that is written, pushed and saved later', async () => {
    const [written, saved] = [newPlace('oci.tar'), newPlace('saved.tar')]
    const name = `${registry.host}/annotated:1`
    const flags = ['--annotation', 'a=b', '--annotation', 'manifest[linux/amd64]:c=d=e']
    const output = `type=oci,dest=${written},annotation.own=x`
    await built(DOCKERFILE, '--platform', 'linux/amd64', '-t', name, ...flags, '-o', output)
    expect((await manifestOf(written)).annotations).toEqual({ own: 'x', a: 'b', c: 'd=e' })
    await store.tare(['save', '--format', 'oci-archive', '-o', saved, name])
    expect((await manifestOf(saved)).annotations).toEqual({ a: 'b', c: 'd=e' })
    expect((await store.tare(['push', name])).code).toBe(0)
    const pushed = await runOrThrow('skopeo', ['inspect', '--tls-verify=false', '--raw', `docker://${name}`])
    expect(JSON.parse(pushed.stdout).annotations).toEqual({ a: 'b', c: 'd=e' })
    await built(DOCKERFILE, '--platform', 'linux/amd64', '-t', name, '--push')
    const again = await runOrThrow('skopeo', ['inspect', '--tls-verify=false', '--raw', `docker://${name}`])
    expect(JSON.parse(again.stdout).annotations).toBeUndefined()
  })

  it.each([
    ['index:a=b', 'index annotations not supported for single platform export'],
    ['manifest-descriptor:a=b', 'manifest-descriptor annotations not supported'],
    ['zork:a=b', 'unknown annotation type "zork"'],
    ['a', 'invalid annotation "a", expected key=value'],
    ['manifest[linux/s390x]:a=b', 'annotation for linux/s390x: the image is for linux/'],
  ])('%s: %s', async (annotation, message) => {
    const result = await build(SMALL, '--annotation', annotation)
    expect(result.code).not.toBe(0)
    expect(result.stderr).toContain(message)
  })
})

describe('registry', () => {
  it('--push, type=registry and type=image,push=true push, with the media types asked for', async () => {
    for (const [tag, flags] of [
      ['a', ['--push']],
      ['b', ['-o', 'type=registry']],
      ['c', ['-o', 'type=image,push=true,oci-mediatypes=false']],
    ] as const) {
      const name = `${registry.host}/pushed:${tag}`
      const result = await built(DOCKERFILE, '-t', name, ...flags)
      expect(result.stderr).toContain(`pushed ${name}`)
      const { stdout } = await runOrThrow('skopeo', ['inspect', '--tls-verify=false', '--raw', `docker://${name}`])
      expect(JSON.parse(stdout).mediaType).toContain(
        tag === 'c' ? 'vnd.docker.distribution.manifest.v2' : 'vnd.oci.image',
      )
    }
  })

  it('name= names the image where there is no -t', async () => {
    const name = `${registry.host}/named`
    await built(DOCKERFILE, '-o', `type=image,"name=${name}:1,${name}:2",push=true`)
    await runOrThrow('skopeo', ['inspect', '--tls-verify=false', `docker://${name}:2`])
    const listed = await store.tare(['images', '--format', '{{.Tag}}', name])
    expect(listed.stdout.split('\n').sort()).toEqual(['', '1', '2'])
  })
})

const USUAL_SOCKETS = ['/var/run/docker.sock', '/run/podman/podman.sock']

describe('--load', () => {
  const holder = join(PEERS, 'run/holder.pid')
  const dockerSocket = (): string => `/proc/${readFileSync(holder, 'utf8').trim()}/root/run/docker.sock`

  it.skipIf(!existsSync(holder) || !existsSync(dockerSocket()))(
    'loads into a running Docker (skipped where the peers of ../shared are not up)',
    async () => {
      const name = `tare-load-test:${process.pid}`
      const result = await buildContext(store, { Dockerfile: DOCKERFILE }, ['--load', '-t', name], {
        env: { DOCKER_HOST: `unix://${dockerSocket()}` },
      })
      expect(result.code, result.stderr).toBe(0)
      const inspected = await peersDocker(['image', 'inspect', '-f', '{{.Config.Labels.a}} {{.Id}}', name])
      await peersDocker(['rmi', name])
      expect(inspected.stdout).toMatch(/^b sha256:/)
      expect(result.stderr).toContain(inspected.stdout.trim().slice(2))
    },
  )

  const podman = (): string[] => {
    const [root, run] = [join(folder.path, 'containers'), join(folder.path, 'run')]
    return ['--root', root, '--runroot', run, '--storage-driver', 'vfs', '--cgroup-manager', 'cgroupfs']
  }

  it('loads into a running Podman', async () => {
    const socket = newPlace('podman.sock')
    const service = spawn('podman', [...podman(), 'system', 'service', '--time', '0', `unix://${socket}`])
    try {
      await vi.waitUntil(() => existsSync(socket), { timeout: 20_000, interval: 50 })
      const result = await buildContext(store, { Dockerfile: DOCKERFILE }, ['--load', '-t', 'for-podman:1'], {
        env: { CONTAINER_HOST: `unix://${socket}` },
      })
      expect(result.code, result.stderr).toBe(0)
      const listed = await runOrThrow('podman', [...podman(), 'images', '--format', '{{.Repository}}:{{.Tag}}'])
      expect(listed.stdout).toContain('docker.io/library/for-podman:1')
    } finally {
      service.kill()
      await once(service, 'close')
    }
  })

  it('hears what the engine says against it', async () => {
    const socket = newPlace('refusing.sock')
    const server = createServer((request, response) => {
      request.resume()
      const answer = '{"stream":"Loading"}\n{"errorDetail":{"message":"no"},"error":"no room for it"}\n'
      request.on('end', () => response.end(request.url === '/_ping' ? 'OK' : answer))
    })
    await once(server.listen(socket), 'listening')
    const result = await buildContext(store, { Dockerfile: SMALL, file: '' }, ['-o', 'type=docker', '-t', 'refused'], {
      env: { DOCKER_HOST: `unix://${socket}` },
    })
    server.close()
    expect(result.code).toBe(1)
    expect(result.stderr).toContain(`loading into ${socket}: no room for it`)
  })

  it.skipIf(USUAL_SOCKETS.some(existsSync))(
    'without an engine says where the image is (skipped where one is running)',
    async () => {
      const bare = newPlace('bin')
      mkdirSync(bare)
      symlinkSync(process.execPath, join(bare, 'node'))
      for (const env of [{ PATH: bare }, { DOCKER_HOST: 'unix:///nowhere.sock' }]) {
        const result = await buildContext(store, { Dockerfile: SMALL, file: '' }, ['--load', '-t', 'not-loaded'], {
          env,
        })
        expect(result.code).toBe(1)
        expect(result.stderr).toMatch(/loading into Docker: (no Docker or Podman is running here|nobody answers at)/)
        expect(result.stderr).toContain('tare save not-loaded:latest | docker load')
      }
      expect((await store.tare(['images', '-q', 'not-loaded'])).stdout).not.toBe('')
    },
  )
})

describe('--metadata-file and --iidfile', () => {
  it('say what is true of the image', async () => {
    const [metadata, iid, archive] = [newPlace('m.json'), newPlace('iid'), newPlace('oci.tar')]
    const name = `${registry.host}/facts:1`
    await built(
      DOCKERFILE,
      '-t',
      name,
      '-o',
      `type=oci,dest=${archive}`,
      '--push',
      '--metadata-file',
      metadata,
      '--iidfile',
      iid,
    )
    const facts = JSON.parse(readFileSync(metadata, 'utf8'))
    const raw = await runOrThrow('skopeo', ['inspect', '--tls-verify=false', '--raw', `docker://${name}`])
    const digest = (
      await runOrThrow('skopeo', ['inspect', '--tls-verify=false', '-f', '{{.Digest}}', `docker://${name}`])
    ).stdout.trim()
    expect(facts['containerimage.digest']).toBe(digest)
    expect(facts['containerimage.descriptor']).toMatchObject({ digest, size: Buffer.byteLength(raw.stdout) })
    expect(facts['containerimage.config.digest']).toBe(JSON.parse(raw.stdout).config.digest)
    expect(facts['image.name']).toBe(name)
    expect(readFileSync(iid, 'utf8')).toBe(facts['containerimage.config.digest'])
  })

  it('say nothing of an image that nobody made', async () => {
    const metadata = newPlace('m.json')
    await built(SMALL, '-o', newPlace('dest'), '--metadata-file', metadata)
    expect(JSON.parse(readFileSync(metadata, 'utf8'))).toEqual({})
    const refused = await build(SMALL, '-o', newPlace('dest'), '--iidfile', metadata)
    expect(refused.stderr).toContain('local and tar exporters are incompatible with image ID file')
  })
})

describe('--json', () => {
  it('lists the outputs', async () => {
    const dest = newPlace('dest')
    const result = await built(SMALL, '--json', '-t', 'json-outputs', '-o', dest, '-o', 'type=image')
    const { image } = JSON.parse(result.stdout)
    expect(image.outputs).toMatchObject([
      { type: 'local', dest },
      { type: 'image', names: ['docker.io/library/json-outputs:latest'] },
    ])
    expect(image.stored).toBe(true)
  })
})

describe('--no-cache-filter', () => {
  const TWO = 'FROM busybox AS one\nRUN echo 1 > /1\nFROM busybox AS two\nRUN echo 2 > /2\nCOPY --from=one /1 /1\n'
  const cached = (result: CommandResult) => (result.stderr.match(/CACHED/g) ?? []).length

  it('runs the stages named again, and no others', async () => {
    await built(TWO, '-o', 'type=cacheonly')
    const all = cached(await built(TWO, '-o', 'type=cacheonly'))
    expect(cached(await built(TWO, '-o', 'type=cacheonly', '--no-cache-filter', 'one'))).toBe(all - 1)
    expect(cached(await built(TWO, '-o', 'type=cacheonly', '--no-cache-filter', 'ONE,two'))).toBe(all - 3)
  })

  it('does not know other names', async () => {
    const result = await build(TWO, '--no-cache-filter', 'onee')
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('no stage "onee"')
    expect(result.stderr).toContain('Did you mean one?')
  })
})

describe('refused with a reason', () => {
  it.each([
    ['type=foo', 'exporter "foo" could not be found'],
    ['type=locla,dest=x', 'Did you mean local?'],
    ['type=local', 'dest is required for local exporter'],
    ['type=local,dest=-', 'dest cannot be stdout for local exporter'],
    ['dest=x', 'type is required for output'],
    ['type=local,dest', 'invalid value dest'],
    ['"type=local', 'invalid --output'],
    ['type=registry', 'tag is needed when pushing to registry'],
    ['type=oci,dest=x,compression=estargz', 'unsupported layer compression type: estargz'],
    ['type=oci,dest=x,compression-level=10', 'invalid compression-level 10 for gzip'],
    ['type=oci,dest=x,push=true', 'unknown attribute "push"'],
    ['type=local,dest=x,mode=delete', 'mode is not supported'],
    ['type=image,push-by-digest=true', 'push-by-digest is not supported'],
    ['type=oci,dest=x,rewrite-timestamp=true', 'rewrite-timestamp needs SOURCE_DATE_EPOCH'],
    ['type=image,push=maybe', 'non-bool value for push: maybe'],
  ])('-o %s: %s', async (output, message) => {
    const result = await build(SMALL, '-o', output)
    expect(result.code).not.toBe(0)
    expect(result.stderr).toContain(message)
    expect(result.stderr).not.toContain('internal error')
  })
})
