import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand, runOrThrow } from '../../scripts/command.ts'
import { installPrograms } from '../../scripts/debian-programs.ts'
import { buildContext } from '../support/build.ts'
import { buildBusybox } from '../support/busybox.ts'
import { startTestRegistry, type TestRegistry } from '../support/registry.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { tempFolder } from '../support/temp-folder.ts'

const COMPARE = join(import.meta.dirname, '../../../shared/tools/compare_oci.py')

const DOCKERFILE = `FROM busybox
RUN mkdir -p /d/sub && echo x > /d/sub/f && ln /d/sub/f /d/hard && ln -s sub/f /d/soft && chmod 4755 /d/sub/f
RUN rm /d/hard && echo y > /d/new
COPY . /data
CMD ["cat", "/d/new"]
`

describe('images are read by others', () => {
  let store: TestStore
  let registry: TestRegistry
  let name: string
  const archives = tempFolder()
  const docker = join(archives.path, 'docker.tar')
  const oci = join(archives.path, 'oci.tar')

  beforeAll(async () => {
    await installPrograms(
      { skopeo: 'skopeo', umoci: 'umoci', podman: 'podman', buildah: 'buildah', runc: 'runc' },
      () => {},
    )
    registry = await startTestRegistry()
    store = openTestStore(registry.env)
    await buildBusybox(store)
    name = `${registry.host}/app:1`
    const files = { Dockerfile: DOCKERFILE, 'caf\u00e9/f': 'x', [`deep/${'n'.repeat(120)}/${'m'.repeat(120)}`]: 'long' }
    const built = await buildContext(store, files, ['-t', name, '--push'])
    expect(built.code, built.stderr).toBe(0)
    for (const [format, file] of [
      ['docker-archive', docker],
      ['oci-archive', oci],
    ] as const) {
      const saved = await store.tare(['save', '--format', format, '-o', file, name])
      expect(saved.code, saved.stderr).toBe(0)
    }
  })
  afterAll(async () => {
    store[Symbol.dispose]()
    archives[Symbol.dispose]()
    await registry[Symbol.asyncDispose]()
  })

  const local = () => ['--root', join(archives.path, 'containers'), '--runroot', join(archives.path, 'run')]

  it('skopeo reads the registry and both archives, and they are one image', async () => {
    const id = async (source: string): Promise<string> => {
      const raw = await runOrThrow('skopeo', ['inspect', '--tls-verify=false', '--config', '--raw', source])
      return raw.stdout
    }
    const config = await id(`docker://${name}`)
    expect(await id(`docker-archive:${docker}`)).toBe(config)
    expect(await id(`oci-archive:${oci}`)).toBe(config)
  })

  it('umoci unpacks it', async () => {
    const layout = join(archives.path, 'layout')
    await runOrThrow('skopeo', ['copy', '--src-tls-verify=false', `docker://${name}`, `oci:${layout}:app`])
    await runOrThrow('umoci', ['unpack', '--image', `${layout}:app`, join(archives.path, 'bundle')])
    const root = join(archives.path, 'bundle/rootfs')
    expect(readdirSync(join(root, 'd')).sort()).toEqual(['new', 'soft', 'sub'])
    expect(existsSync(join(root, 'data/caf\u00e9/f'))).toBe(true)
  })

  it('buildah takes it as a base', async () => {
    const made = await runOrThrow('buildah', [
      ...local(),
      '--storage-driver',
      'vfs',
      'from',
      '--tls-verify=false',
      '--pull-always',
      name,
    ])
    expect(made.stdout).toMatch(/-working-container\n$/)
  })

  it('podman loads the archive and runs it', async () => {
    const podman = (...args: string[]) =>
      runCommand('podman', [...local(), '--storage-driver', 'vfs', '--cgroup-manager', 'cgroupfs', ...args])
    const loaded = await podman('load', '-i', docker)
    expect(loaded.code, loaded.stderr).toBe(0)
    const run = await podman(
      'run',
      '--rm',
      '--network',
      'host',
      '--runtime',
      'runc',
      '--ulimit',
      'nofile=1024:1024',
      '--ulimit',
      'nproc=1024:1024',
      name,
    )
    expect(run.stdout, run.stderr).toBe('y\n')
  })

  it.skipIf(!existsSync(COMPARE))(
    'every digest, size and diff ID in them is right (skipped where ../shared is absent)',
    async () => {
      for (const file of [docker, oci]) {
        const checked = await runCommand('python3', [COMPARE, file, '--check-only'])
        expect(checked.stdout).toMatch(/^ok: /)
      }
      const compared = await runCommand('python3', [COMPARE, docker, oci, '--history'])
      expect(compared.stdout).toContain('EQUAL')
    },
  )
})
